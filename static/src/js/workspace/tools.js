import { neighbour } from "./file-tabs.js";
import { TOOLS } from "./state.js";

/** The tabs of the right pane: Browser, Checks, Console, X-ray. */
export function createTools(root, { onTool }) {
  const tabs = [...root.querySelectorAll("[data-tool]")];
  for (const tab of tabs) {
    tab.addEventListener("click", () => onTool(tab.dataset.tool));
  }
  root.querySelector('[role="tablist"]').addEventListener("keydown", (event) => {
    const target = neighbour(tabs.length, tabs.indexOf(document.activeElement), event.key);
    if (target !== null) {
      event.preventDefault();
      onTool(TOOLS[target]);
      tabs[target].focus();
    }
  });
  return function draw(state) {
    for (const tab of tabs) {
      const selected = tab.dataset.tool === state.tool;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      root.querySelector(`#tool-${tab.dataset.tool}`).hidden = !selected;
    }
  };
}
