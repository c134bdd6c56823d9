/**
 * Say in a few words what has changed of the lesson's progress. The list of what is left is drawn anew each time, and
 * would be read out from its first line to its last.
 */
export function announceProgress(root) {
  const place = root.querySelector(".lesson__progress");
  const said = root.querySelector("[data-progress-said]");
  if (!place || !said) {
    return;
  }
  const missions = () => [...root.querySelectorAll(".mission-done .mission-title")].map((title) => title.textContent.trim());
  let before = missions();
  new MutationObserver(() => {
    const now = missions();
    said.textContent = progressSaid(before, now, place.querySelector(".lesson-progress-head")?.textContent ?? "");
    before = now;
  }).observe(place, { childList: true, subtree: true });
}

/** `before` and `now` are titles of the missions that are done; `head` says how much of the lesson is. */
export function progressSaid(before, now, head) {
  const news = now.filter((title) => !before.includes(title)).map((title) => `Mission done: ${title}`);
  return [...news, head.replace(/\s+/g, " ").trim()].join(" ");
}
