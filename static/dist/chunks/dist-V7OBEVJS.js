import{a,b,c,d}from"./chunk-6QNI6Y7J.js";import"./chunk-AA3J2G6G.js";import"./chunk-5CBSN4SV.js";export{d as css,b as cssCompletionSource,c as cssLanguage,a as defineCSSCompletionSource};
