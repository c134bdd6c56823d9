import { fence, insertBlock, prefix, wrap } from "./edits.js";
import { h } from "./elements.js";
import { csrf, tellChange } from "./fields.js";

const TOOLS = [
  { name: "Bold", shown: "B", act: (selection) => wrap(selection, "**") },
  { name: "Italic", shown: "I", act: (selection) => wrap(selection, "*") },
  { name: "Code", shown: "</>", act: (selection) => wrap(selection, "`", "`", "code") },
  { name: "Link", shown: "Link", act: (selection) => wrap(selection, "[", "](https://)", "words") },
  { name: "List", shown: "List", act: (selection) => prefix(selection, "- ") },
  { name: "Code block", shown: "Code block", act: fence },
];
const HEADING = { name: "Heading", shown: "Heading", act: (selection) => prefix(selection, "## ") };

/** A row of buttons above a Markdown field. */
export function addTools(area) {
  const tools = area.dataset.authorMarkdown === "prose" ? [HEADING, ...TOOLS] : TOOLS;
  const apply = (act) => {
    const changed = act({ text: area.value, from: area.selectionStart, to: area.selectionEnd });
    area.value = changed.text;
    area.focus();
    area.setSelectionRange(changed.from, changed.to);
    tellChange(area);
  };
  const buttons = tools.map(({ name, shown, act }) =>
    h("button", { type: "button", class: "author-tools__button", title: name, "aria-label": name, onclick: () => apply(act) }, shown),
  );
  area.before(h("div", { class: "author-tools", role: "toolbar", "aria-label": "Markdown" }, ...buttons, pictureTool(apply)));
}

/** A button that uploads a picture and shows it in the text. What somebody who cannot see it has to know is asked for. */
function pictureTool(apply) {
  const file = h("input", { type: "file", accept: "image/*", "aria-label": "Picture" });
  const alt = h("input", { type: "text", "aria-label": "Text alternative", placeholder: "What it shows, for who cannot see it" });
  const problem = h("span", { class: "author-editor__problem", role: "alert" });
  const upload = h("button", { type: "button", class: "button button-small", onclick: send }, "Upload");
  const cancel = h("button", { type: "button", class: "button button-small button-secondary", onclick: () => toggle(false) }, "Cancel");
  const fields = h("span", { class: "author-tools__picture", hidden: true }, file, alt, upload, cancel, problem);
  const opener = h("button", { type: "button", class: "author-tools__button", onclick: () => toggle(true) }, "Picture");
  const toggle = (on) => {
    fields.hidden = !on;
    opener.hidden = on;
    problem.textContent = "";
    (on ? file : opener).focus();
  };
  for (const type of ["input", "change"]) {
    fields.addEventListener(type, (event) => event.stopPropagation());
  }
  alt.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      send();
    }
  });

  async function send() {
    if (!file.files.length || !alt.value.trim()) {
      problem.textContent = file.files.length ? "Say what it shows." : "Choose a picture.";
      return;
    }
    const body = new FormData();
    body.append("file", file.files[0]);
    body.append("alt", alt.value);
    upload.disabled = true;
    try {
      const url = document.querySelector("script[data-pictures]").dataset.pictures;
      const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrf() } });
      const said = await answer.json().catch(() => ({ error: `The server answered ${answer.status}.` }));
      if (answer.ok) {
        toggle(false);
        file.value = alt.value = "";
        apply((selection) => insertBlock(selection, said.markdown));
      } else {
        problem.textContent = said.error;
      }
    } catch {
      problem.textContent = "The server could not be reached.";
    } finally {
      upload.disabled = false;
    }
  }

  return h("span", {}, opener, fields);
}
