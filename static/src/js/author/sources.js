import { h } from "./elements.js";
import { adminUrl, lessonId } from "./fields.js";

const LIST = "author-sources";
let loading = null;

/** Offers, in a field for a place in the lesson's files, those that there are. It stays a field to type in. */
export function offerSources(field) {
  field.setAttribute("list", LIST);
  field.addEventListener("focus", () => {
    const id = lessonId();
    if (id !== null) {
      loading ??= load(id);
    }
  });
}

async function load(id) {
  const answer = await fetch(adminUrl(`lessons/${id}/sources/`), { headers: { Accept: "application/json" } });
  if (answer.ok) {
    const { references } = await answer.json();
    document.body.append(h("datalist", { id: LIST }, ...references.map((value) => h("option", { value }))));
  }
}
