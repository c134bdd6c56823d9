import { isTyping } from "../lib/keys.js";

/** Keys of the whole page. `?` lists them, unless something is being typed. */
export function startKeys({ run, check }) {
  const dialog = document.getElementById("keys");
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) {
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.shiftKey ? check() : run();
    } else if (event.key === "?" && !isTyping(event.target) && !dialog.open) {
      event.preventDefault();
      dialog.showModal();
    }
  });
}
