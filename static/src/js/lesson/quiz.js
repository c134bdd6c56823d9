/** An answer replaces its question's form; whoever sent it is led to the verdict instead of back to the page's top. */
export function focusVerdicts(root) {
  root.addEventListener("htmx:afterSettle", (event) => {
    const form = event.detail.elt;
    const verdict = form.matches?.("form") ? form.querySelector('[role="status"]') : null;
    if (verdict?.textContent.trim() && !form.contains(document.activeElement)) {
      verdict.tabIndex = -1;
      verdict.focus({ preventScroll: true });
    }
  });
}
