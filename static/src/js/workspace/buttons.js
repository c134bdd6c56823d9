import { canCheck } from "./state.js";

const SAVED = {
  yes: "Saved",
  no: "Saving …",
  here: "Saved in this browser",
  tab: "Kept in this tab",
  conflict: "Changed in another tab too",
  refused: "Not saved on the server",
};

/** Every `data-action` on the page does what `actions` has under its name. Returns how the buttons are drawn. */
export function createButtons(root, actions) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (button) {
      actions[button.dataset.action]();
      button.closest("details[data-menu]")?.removeAttribute("open");
    }
  });

  return function draw(state) {
    for (const button of root.querySelectorAll('[data-action="check"]')) {
      // Not `disabled`: that would take the focus away from whoever has just pressed it.
      button.setAttribute("aria-disabled", String(!canCheck(state)));
    }
    root.querySelector('[data-part="saved"]').textContent = SAVED[state.saved];
    for (const next of root.querySelectorAll("[data-when-passed]")) {
      next.hidden = state.submission?.state !== "passed";
    }
  };
}
