import{e as r}from"./chunk-KLJXFQIH.js";import"./chunk-W3AYCBRF.js";import"./chunk-3FDM2IPA.js";import"./chunk-DDAAKUVS.js";var a=()=>r({jsx:!0});export{a as language};
