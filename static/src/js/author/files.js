import { h } from "./elements.js";
import { joinFiles, splitFiles } from "./bundles.js";
import { casesOf, checksIn, problemOf, readCase, renamed, writeCase } from "./cases.js";

let count = 0;

/**
 * Makes a file editor of a textarea that holds one file, a folder of files or a folder of cases. The textarea stays
 * what the form sends, and is told of every change; a text that cannot be read is left as it is.
 */
export async function upgradeFiles(area) {
  const kind = area.dataset.authorFiles;
  const isCases = kind === "wrong" || kind === "also_right";
  const wrong = kind === "wrong";
  const isFile = kind === "file";
  const readOnly = area.readOnly;
  let files;
  try {
    files = isFile ? new Map([[area.dataset.path, area.value]]) : splitFiles(area.value);
  } catch {
    return;
  }
  const { createEditor } = await import("../workspace/editor.js");

  const id = `author-files-${++count}`;
  const label = document.querySelector(`label[for="${area.id}"]`);
  const side = h("div", { class: "author-editor__side", hidden: isFile });
  const about = h("div", { class: "author-editor__about" });
  const pane = h("div", { class: "author-editor__code" });
  const hint = h("p", { class: "author-editor__hint", id: `${id}-hint` }, "Tab indents; Escape, then Tab leaves the editor.");
  const root = h("div", { class: "author-editor", role: "group", "aria-label": label?.textContent.trim() ?? area.name }, side, about, pane, hint);
  area.hidden = true;
  area.after(root);

  // Packages begin with an empty __init__.py: that is not what one wants to see first.
  const paths = [...files.keys()].filter((path) => !path.endsWith("/CASE"));
  let open = paths.find((path) => files.get(path) && !path.endsWith("REMOVED")) ?? paths[0] ?? null;
  let openCase = isCases ? (casesOf(files)[0] ?? null) : null;
  const editor = createEditor(pane, {
    fileOf: (path) => ({ text: files.get(path) ?? "", editable: !readOnly }),
    nonce: "",
    describedBy: hint.id,
    onEdit: (path, text) => {
      files.set(path, text);
      tell();
    },
    onRun: () => {},
    onCheck: () => {},
  });

  function tell() {
    area.value = isFile ? (files.get(area.dataset.path) ?? "") : joinFiles(files);
    // Wagtail saves drafts by itself, and warns of what is not saved, when a field says that it has changed.
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function change(next, opened) {
    files = next;
    open = opened !== null && files.has(opened) ? opened : null;
    tell();
    draw();
  }

  function draw() {
    editor.keepOnly([...files.keys()]);
    open ??= firstOf(isCases ? openCase : null);
    pane.hidden = hint.hidden = open === null;
    if (open !== null) {
      editor.show(open);
    }
    drawSide();
    drawAbout();
  }

  function firstOf(name) {
    return [...files.keys()].find((path) => !path.endsWith("/CASE") && (name === null || path.startsWith(`${name}/`))) ?? null;
  }

  function drawSide() {
    if (isCases) {
      const groups = casesOf(files).map((name) => {
        const inside = [...files.keys()].filter((path) => path.startsWith(`${name}/`) && path !== `${name}/CASE`);
        return h("li", { class: "author-editor__case" }, caseButton(name), h("ul", {}, ...inside.map((path) => fileRow(path, path.slice(name.length + 1)))));
      });
      side.replaceChildren(h("ul", { class: "author-editor__list" }, ...groups), ...(readOnly ? [] : [adder("Add a case", "gone", addCase)]));
    } else {
      const rows = [...files.keys()].map((path) => fileRow(path, path));
      side.replaceChildren(h("ul", { class: "author-editor__list" }, ...rows), ...(readOnly ? [] : [adder("Add a file", "shop/views.py", (name) => addFile("", name), offered(""))]));
    }
  }

  function caseButton(name) {
    const click = () => {
      openCase = name;
      open = firstOf(name);
      draw();
    };
    return h("button", { type: "button", class: "author-editor__case-name", "aria-current": name === openCase ? "true" : null, onclick: click }, name);
  }

  function fileRow(path, shown) {
    const click = () => {
      open = path;
      if (isCases) {
        openCase = path.split("/")[0];
      }
      draw();
    };
    return h("li", {}, h("button", { type: "button", class: "author-editor__file", "aria-current": path === open ? "true" : null, onclick: click }, shown));
  }

  /** What can be done with the open file, and with its case. */
  function drawAbout() {
    const parts = [];
    if (isCases && openCase !== null) {
      parts.push(caseFields(openCase));
    }
    if (open !== null && !isFile && !readOnly) {
      const inCase = isCases ? `${openCase}/` : "";
      parts.push(
        h(
          "div",
          { class: "author-editor__row" },
          h("code", { class: "author-editor__path" }, open.slice(inCase.length)),
          renamer("Rename the file", open.slice(inCase.length), (name) => rename(open, inCase + name)),
          button("Remove the file", () => remove(open)),
        ),
      );
    }
    about.replaceChildren(...parts);
  }

  function caseFields(name) {
    const said = readCase(files, name);
    const set = (part) => (event) => {
      const text = writeCase({ ...readCase(files, name), [part]: event.target.value.trim() }, { wrong });
      const next = new Map(files);
      if (text) {
        next.set(`${name}/CASE`, text);
      } else {
        next.delete(`${name}/CASE`);
      }
      files = next;
      tell();
    };
    const checks = wrong ? checksIn(document.querySelector("textarea[name=checks]")?.value ?? "") : [];
    const choices = [...new Set(["", ...checks, said.check])].map((check) => h("option", { value: check, selected: check === said.check }, check || "Choose a check"));
    const fields = [
      wrong && h("label", {}, "Caught by", h("select", { disabled: readOnly, onchange: set("check") }, ...choices)),
      h("label", { class: "author-editor__why" }, wrong ? "What people get wrong" : "Why it is right, too", h("input", { type: "text", value: said.why, readOnly, onchange: set("why") })),
    ];
    const actions = readOnly
      ? []
      : [
          adder("Add a file", "shop/views.py", (path) => addFile(`${name}/`, path), offered(`${name}/`)),
          renamer("Rename the case", name, (to) => rename(name, to)),
          button("Remove the case", () => remove(name)),
        ];
    return h("div", { class: "author-editor__about-case" }, h("div", { class: "author-editor__row" }, ...fields.filter(Boolean)), h("div", { class: "author-editor__row" }, ...actions));
  }

  function addCase(name) {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) {
      return "Small letters, digits and underscores, a letter first.";
    }
    if (casesOf(files).includes(name)) {
      return "There is such a case already.";
    }
    const [first] = checksIn(document.querySelector("textarea[name=checks]")?.value ?? "");
    const next = new Map(files);
    if (wrong) {
      next.set(`${name}/CASE`, writeCase({ check: first ?? "", why: "" }, { wrong }));
    }
    const base = starter();
    const path = [...base.keys()].find((found) => found.endsWith("views.py")) ?? [...base.keys()][0];
    if (path) {
      next.set(`${name}/${path}`, base.get(path));
    }
    openCase = name;
    change(next, path ? `${name}/${path}` : null);
    return "";
  }

  /** A file that the starter has begins as it is there. */
  function addFile(folder, name) {
    const path = folder + name;
    const problem = problemOf(path, files);
    if (!problem) {
      change(new Map([...files, [path, starter().get(name) ?? ""]]), path);
    }
    return problem;
  }

  function rename(from, to) {
    if (from === to) {
      return "";
    }
    const isCase = isCases && !from.includes("/");
    const problem = isCase && casesOf(files).includes(to) ? "There is such a case already." : problemOf(to, files);
    if (!problem) {
      if (isCase) {
        openCase = to;
      }
      change(renamed(files, from, to), open === null ? null : open === from ? to : open.replace(`${from}/`, `${to}/`));
    }
    return problem;
  }

  function remove(path) {
    const next = new Map([...files].filter(([found]) => found !== path && !found.startsWith(`${path}/`)));
    if (isCases && !casesOf(next).includes(openCase)) {
      openCase = casesOf(next)[0] ?? null;
    }
    change(next, null);
  }

  function starter() {
    if (area.name === "starter") {
      return new Map();
    }
    try {
      return splitFiles(document.querySelector("textarea[name=starter]")?.value ?? "");
    } catch {
      return new Map();
    }
  }

  function offered(folder) {
    return [...starter().keys(), ...(area.name === "starter" ? [] : ["REMOVED"])].filter((path) => !files.has(folder + path));
  }

  draw();
}

function button(text, act) {
  return h("button", { type: "button", class: "button button-small button-secondary", onclick: act }, text);
}

const adder = (text, example, act, offered = []) => asker(text, "", example, act, offered);
const renamer = (text, name, act) => asker(text, name, name, act);

/** A button that asks for a name. `act(name)` returns what is wrong with it, or an empty string. */
function asker(text, name, example, act, offered = []) {
  const problem = h("span", { class: "author-editor__problem", role: "alert" });
  const list = h("datalist", { id: `author-names-${++count}` }, ...offered.map((path) => h("option", { value: path })));
  const input = h("input", { type: "text", value: name, placeholder: example, "aria-label": text, list: offered.length ? list.id : null, autocomplete: "off", spellcheck: "false" });
  const done = () => {
    problem.textContent = input.value.trim() ? act(input.value.trim()) : "Give it a name.";
    input.focus();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      done();
    } else if (event.key === "Escape") {
      toggle(false);
    }
  });
  // The name of what is typed here is no field of the form: it must not be taken for a change of it.
  for (const type of ["input", "change"]) {
    input.addEventListener(type, (event) => event.stopPropagation());
  }
  const fields = h("span", { class: "author-editor__ask", hidden: true }, input, list, button("OK", done), button("Cancel", () => toggle(false)), problem);
  const opener = button(text, () => toggle(true));
  const toggle = (on) => {
    fields.hidden = !on;
    opener.hidden = on;
    (on ? input : opener).focus();
  };
  return h("span", { class: "author-editor__asker" }, opener, fields);
}
