import{a}from"./chunk-MHEN3KFG.js";import"./chunk-QFMZIZDD.js";import"./chunk-IDIUH5DO.js";import"./chunk-OTYS6VVU.js";import"./chunk-QVGD4PJ7.js";export{a as startFragments};
