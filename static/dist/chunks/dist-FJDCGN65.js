import{a,b,c,d}from"./chunk-KO23KDL3.js";import"./chunk-FBGYB45O.js";import"./chunk-AUIJGZOI.js";export{d as css,b as cssCompletionSource,c as cssLanguage,a as defineCSSCompletionSource};
