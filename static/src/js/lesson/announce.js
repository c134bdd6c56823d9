/**
 * Say in a few words how much of the lesson is done, when that has changed. The list of what is left is drawn anew each
 * time, and would be read out from its first line to its last. Which mission was done, the demo says itself.
 */
export function announceProgress(root) {
  const place = root.querySelector(".lesson__progress");
  const said = root.querySelector("[data-progress-said]");
  if (!place || !said) {
    return;
  }
  const head = () => progressSaid(place.querySelector(".lesson-progress-head")?.textContent ?? "");
  let before = head();
  new MutationObserver(() => {
    const now = head();
    if (now !== before) {
      said.textContent = before = now;
    }
  }).observe(place, { childList: true, subtree: true });
}

export function progressSaid(head) {
  return head.replace(/\s+/g, " ").trim();
}
