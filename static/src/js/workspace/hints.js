import { safeStorage } from "../lib/theme.js";

/** Hints go from a nudge to nearly the answer, so the next one is offered when the one before it has been opened. */
export function startHints(root, slug, storage = safeStorage()) {
  if (!root) {
    return;
  }
  const hints = [...root.querySelectorAll("details")];
  const key = `hints:${slug}`;
  let opened = openedBefore(storage?.getItem(key), hints.length);
  const draw = () => hints.forEach((hint, index) => (hint.hidden = index > opened));
  hints.forEach((hint, index) => {
    hint.addEventListener("toggle", () => {
      if (hint.open && index >= opened) {
        opened = index + 1;
        storage?.setItem(key, String(opened));
        draw();
      }
    });
  });
  draw();
}

/** How many hints were opened on an earlier visit, whatever the storage holds. */
export function openedBefore(stored, most) {
  const number = Number.parseInt(stored ?? "0", 10);
  return Number.isNaN(number) ? 0 : Math.max(0, Math.min(number, most));
}
