import{a}from"./chunk-NHGMPOOC.js";import"./chunk-DIAWHFPC.js";import"./chunk-IDIUH5DO.js";import"./chunk-OTYS6VVU.js";import"./chunk-QVGD4PJ7.js";export{a as startFragments};
