import{b as a}from"./chunk-TDRYT3YS.js";import"./chunk-3FDM2IPA.js";import"./chunk-DDAAKUVS.js";export{a as language};
