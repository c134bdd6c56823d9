import{a as t}from"./chunks/chunk-MHEN3KFG.js";import"./chunks/chunk-QFMZIZDD.js";import"./chunks/chunk-IDIUH5DO.js";import"./chunks/chunk-OTYS6VVU.js";import"./chunks/chunk-QVGD4PJ7.js";t(document);
