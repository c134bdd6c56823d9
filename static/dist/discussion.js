import{a as t}from"./chunks/chunk-NHGMPOOC.js";import"./chunks/chunk-DIAWHFPC.js";import"./chunks/chunk-IDIUH5DO.js";import"./chunks/chunk-OTYS6VVU.js";import"./chunks/chunk-QVGD4PJ7.js";t(document);
