import { h, icon } from "../lib/dom.js";
import { isChanged, newFilePlaces, whyNotName } from "./state.js";

/** All files by folder, and what can be done with them: open, make, rename, remove. */
export function createFileMenu(menu, { store, onDone }) {
  const panel = menu.querySelector("[data-file-list]");
  const form = menu.querySelector("form");
  const input = form.querySelector("input");
  const why = form.querySelector("[data-why]");
  let renaming = null;

  function ask(path) {
    renaming = path;
    form.hidden = false;
    form.querySelector("label").textContent = path ? `New name of ${path}` : "Path of the new file";
    form.querySelector("button[type=submit]").textContent = path ? "Rename" : "Create";
    input.value = path ?? newFilePlaces(store.get()).find((place) => place.endsWith("/")) ?? newFilePlaces(store.get())[0] ?? "";
    why.textContent = "";
    input.focus();
  }

  function close() {
    form.hidden = true;
    menu.open = false;
    onDone();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const path = input.value.trim();
    why.textContent = path === renaming ? "" : whyNotName(store.get(), path);
    if (why.textContent) {
      input.focus();
      return;
    }
    if (path !== renaming) {
      store.dispatch(renaming ? { type: "renamed", path: renaming, to: path } : { type: "created", path });
    }
    close();
  });
  menu.addEventListener("click", (event) => {
    const button = event.target.closest("[data-file-action]");
    const { active } = store.get();
    const actions = {
      open: () => {
        store.dispatch({ type: "opened", path: button.dataset.path });
        close();
      },
      create: () => ask(null),
      rename: () => ask(active),
      remove: () => {
        store.dispatch({ type: "removed", path: active });
        close();
      },
    };
    if (button && button.getAttribute("aria-disabled") !== "true") {
      actions[button.dataset.fileAction]();
    }
  });

  return function draw(state) {
    panel.replaceChildren(...folders(state.order).map((folder) => group(state, folder)));
    const fixed = !state.files[state.active]?.editable;
    for (const name of ["rename", "remove"]) {
      menu.querySelector(`[data-file-action=${name}]`).setAttribute("aria-disabled", String(fixed));
    }
    menu.querySelector("[data-file-action=create]").hidden = !newFilePlaces(state).length;
    menu.querySelector("[data-file-count]").textContent = String(state.order.length);
  };
}

/** [{name, paths}], the project's root first, folders by name. */
export function folders(paths) {
  const byFolder = new Map();
  for (const path of [...paths].sort()) {
    const name = path.split("/").slice(0, -1).join("/");
    byFolder.set(name, [...(byFolder.get(name) ?? []), path]);
  }
  return [...byFolder].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inside]) => ({ name, paths: inside }));
}

function group(state, folder) {
  const rows = folder.paths.map((path) =>
    h("li", {}, h("button", { type: "button", class: "file-row", "data-file-action": "open", "data-path": path, "aria-current": path === state.active ? "true" : null },
      icon(state.files[path].editable ? "file" : "lock", "icon-small"),
      h("span", {}, path.split("/").pop()),
      isChanged(state, path) ? h("span", { class: "file-changed" }, h("span", { class: "visually-hidden" }, " (changed)")) : null)),
  );
  return h("li", {}, folder.name ? h("p", { class: "file-folder" }, `${folder.name}/`) : null, h("ul", {}, rows));
}
