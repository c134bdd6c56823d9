/** Whether keys pressed on `element` are text that somebody types. */
export function isTyping(element) {
  return Boolean(element.closest?.("input, textarea, select, [contenteditable]"));
}
