import { h } from "../lib/dom.js";

/** The file that a piece of code in the task names: its whole path, or as much of its end as it takes to be the only one. */
export function fileNamed(text, order) {
  if (order.includes(text)) {
    return text;
  }
  const ends = text.includes(".") ? order.filter((path) => path.endsWith(`/${text}`)) : [];
  return ends.length === 1 ? ends[0] : null;
}

/** Where the task or a hint names a file of the exercise, the name opens it. */
export function startTaskFiles(root, { store, onOpen }) {
  for (const code of root.querySelectorAll(".prose code")) {
    const path = code.closest("pre, a, summary") ? null : fileNamed(code.textContent, store.get().order);
    if (path) {
      const button = h("button", { type: "button", class: "task-file", title: `Open ${path}`, onclick: () => store.get().files[path] && onOpen(path) });
      code.replaceWith(button);
      button.append(code);
    }
  }
}
