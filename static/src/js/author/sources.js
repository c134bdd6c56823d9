import { h } from "./elements.js";
import { adminUrl, lessonId } from "./fields.js";

let loading = null;

/** Offers, in a field for a place in the lesson's files, those that there are. It stays a field to type in. */
export const offerSources = (field) => offer(field, "references");

/** The same in a field for an exercise of the lesson. */
export const offerExercises = (field) => offer(field, "exercises");

function offer(field, what) {
  field.setAttribute("list", `author-${what}`);
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
    for (const [what, values] of Object.entries(await answer.json())) {
      document.body.append(h("datalist", { id: `author-${what}` }, ...values.map((value) => h("option", { value }))));
    }
  }
}
