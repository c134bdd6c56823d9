/** Tell the server that the comments on an attempt were in view; without a script a button does. */
export function startFeedback(root) {
  const form = root.querySelector("[data-feedback-read]");
  if (!form) {
    return;
  }
  const watcher = new IntersectionObserver(async (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) {
      return;
    }
    watcher.disconnect();
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => null);
    if (response?.ok) {
      form.hidden = true;
    }
  });
  watcher.observe(form);
}
