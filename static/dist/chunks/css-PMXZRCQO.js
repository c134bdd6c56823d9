import{b as a}from"./chunk-B5F3YRDI.js";import"./chunk-2DTZR7NS.js";import"./chunk-FSRRQQH5.js";export{a as language};
