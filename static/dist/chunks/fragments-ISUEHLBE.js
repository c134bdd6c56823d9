import{a}from"./chunk-UJLRN7NP.js";import"./chunk-UVYEP6PR.js";import"./chunk-IDIUH5DO.js";import"./chunk-OTYS6VVU.js";import"./chunk-QVGD4PJ7.js";export{a as startFragments};
