import{e as r}from"./chunk-JRFZ6TR7.js";import"./chunk-EIE6WRLC.js";import"./chunk-NVJUKBBN.js";import"./chunk-QJPD75CU.js";var a=()=>r({jsx:!0});export{a as language};
