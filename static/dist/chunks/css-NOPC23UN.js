import{b as a}from"./chunk-F763IU7V.js";import"./chunk-EIE6WRLC.js";import"./chunk-QJPD75CU.js";export{a as language};
