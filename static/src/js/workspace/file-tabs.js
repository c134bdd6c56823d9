import { h, icon } from "../lib/dom.js";
import { isChanged, shortNames } from "./state.js";

/** The row of files: one tab stop, arrows move between them. */
export function createFileTabs(list, panel, { onOpen }) {
  let drawn = "";

  list.addEventListener("keydown", (event) => {
    const tabs = [...list.querySelectorAll('[role="tab"]')];
    const target = neighbour(tabs.length, tabs.indexOf(document.activeElement), event.key);
    if (target !== null) {
      event.preventDefault();
      const { path } = tabs[target].dataset;
      onOpen(path);
      list.querySelector(`[data-path="${CSS.escape(path)}"]`).focus();
    }
  });

  return function draw(state) {
    const key = JSON.stringify([state.active, state.opened.map((path) => [path, isChanged(state, path)])]);
    if (key === drawn) {
      return;
    }
    drawn = key;
    const names = shortNames(state.order);
    const focused = document.activeElement?.closest?.("[data-path]")?.dataset.path;
    list.replaceChildren(...state.opened.map((path) => tab(state, path, names[path], panel.id, onOpen)));
    panel.setAttribute("aria-labelledby", tabId(state, state.active));
    if (focused) {
      list.querySelector(`[data-path="${CSS.escape(focused)}"]`)?.focus();
    }
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
}

/** The index that a key leads to in a row of `length` tabs; null for a key that leads nowhere. */
export function neighbour(length, index, key) {
  const targets = {
    ArrowRight: (index + 1) % length,
    ArrowLeft: (index - 1 + length) % length,
    Home: 0,
    End: length - 1,
  };
  return targets[key] ?? null;
}

function tabId(state, path) {
  return `file-tab-${state.opened.indexOf(path)}`;
}

function tab(state, path, name, panelId, onOpen) {
  const file = state.files[path];
  const selected = path === state.active;
  const changed = isChanged(state, path);
  return h(
    "button",
    {
      type: "button",
      role: "tab",
      id: tabId(state, path),
      class: "file-tab",
      title: path,
      "aria-selected": String(selected),
      "aria-controls": panelId,
      tabindex: selected ? "0" : "-1",
      "data-path": path,
      onclick: () => onOpen(path),
    },
    file.editable ? null : icon("lock", "icon-small"),
    h("span", {}, name),
    file.editable ? null : h("span", { class: "visually-hidden" }, " (read only)"),
    changed ? h("span", { class: "file-changed", title: "Changed" }, h("span", { class: "visually-hidden" }, " (changed)")) : null,
  );
}
