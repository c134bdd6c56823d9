/** On a narrow screen one pane shows at a time; the switch at the bottom and every action that needs a pane choose it. */
export function createPanes(root, { onPane }) {
  const buttons = [...root.querySelectorAll("[data-show-pane]")];
  for (const button of buttons) {
    button.addEventListener("click", () => onPane(button.dataset.showPane));
  }
  return function draw(state) {
    root.dataset.pane = state.pane;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.showPane === state.pane));
    }
  };
}
