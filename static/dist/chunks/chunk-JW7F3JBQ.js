function t(e){return!!e.closest?.("input, textarea, select, [contenteditable]")}export{t as a};
