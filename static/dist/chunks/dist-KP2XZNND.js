import{a,b,c,d}from"./chunk-YVYKMC2G.js";import"./chunk-WO3BSY6Z.js";import"./chunk-GJ2L3HWC.js";export{d as css,b as cssCompletionSource,c as cssLanguage,a as defineCSSCompletionSource};
