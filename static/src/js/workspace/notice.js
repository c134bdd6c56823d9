import { h } from "../lib/dom.js";

const STAYS = 12_000;

/** A short line at the foot of the editor, with Undo where there is something to undo. */
export function createNotice(root, { onUndo, onClose }) {
  let shown = null;
  let timer = null;
  return function draw({ notice }) {
    if (notice === shown) {
      return;
    }
    shown = notice;
    clearTimeout(timer);
    root.replaceChildren();
    if (notice) {
      root.append(h("span", {}, notice.text));
      if (notice.restore) {
        root.append(h("button", { type: "button", class: "notice-undo", onclick: onUndo }, notice.label));
      } else {
        timer = setTimeout(onClose, STAYS);
      }
    }
    root.hidden = !notice;
  };
}
