import{e as r}from"./chunk-HQA5C2GS.js";import"./chunk-VD4D25JE.js";import"./chunk-2DTZR7NS.js";import"./chunk-FSRRQQH5.js";var a=()=>r({jsx:!0});export{a as language};
