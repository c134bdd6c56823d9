import { h } from "../lib/dom.js";
import { getJson, postForBlob } from "../lib/http.js";
import { describeSubmission } from "./describe.js";
import { filesToSend, textsOfDraft } from "./state.js";

/** What can be looked at beside one's own code and never overwrites it unasked: earlier attempts, and the solution. */
export function createReview(dialog, { store, exercise, nonce, sentence }) {
  const title = dialog.querySelector("[data-review-title]");
  const list = dialog.querySelector("[data-review-list]");
  const diff = dialog.querySelector("[data-review-diff]");
  const foot = dialog.querySelector("[data-review-foot]");
  let close = () => {};

  function show(text) {
    close();
    close = () => {};
    title.textContent = text;
    list.replaceChildren();
    diff.replaceChildren();
    foot.replaceChildren();
    if (!dialog.open) {
      dialog.showModal();
    }
  }

  async function guarded(work) {
    try {
      await work();
    } catch (error) {
      diff.replaceChildren(h("p", { class: "message message-error" }, sentence(error)));
    }
  }

  async function attempts() {
    show("Earlier attempts");
    await guarded(async () => {
      const found = await getJson(exercise.attemptsUrl);
      diff.replaceChildren(h("p", {}, found.attempts.length ? "Choose an attempt to see it beside your code." : "You have not checked your code yet."));
      list.replaceChildren(...found.attempts.map((attempt) => h("li", {}, h("button", { type: "button", class: "file-row", onclick: () => look(attempt) },
        h("span", {}, new Date(attempt.created_at).toLocaleString()),
        h("span", { class: "attempt-state" }, `${describeSubmission(attempt).title} · ${attempt.passed} of ${attempt.total}${attempt.feedback.length ? " · commented" : ""}`)))));
    });
  }

  function look(attempt) {
    return guarded(async () => {
      const { files } = await getJson(attempt.files_url);
      await compare(files, "This attempt");
      diff.prepend(...attempt.feedback.map(comment));
      const restore = () => {
        store.dispatch({ type: "replaced", files, text: "Your code is now that of the attempt." });
        dialog.close();
      };
      foot.replaceChildren(h("button", { type: "button", class: "button button-small", onclick: restore }, "Restore this attempt"));
    });
  }

  async function solution() {
    show("Solution");
    await guarded(async () => compare((await getJson(exercise.solutionUrl)).files, "Solution"));
  }

  /** The files that differ, one at a time, the learner's on the left. */
  async function compare(files, name) {
    const state = store.get();
    const theirs = textsOfDraft(state, files);
    const paths = Object.keys(theirs).filter((path) => (state.files[path]?.text ?? null) !== theirs[path]).sort();
    if (!paths.length) {
      diff.replaceChildren(h("p", {}, "It is the same as your code."));
      return;
    }
    const { openDiff } = await import("./diff.js");
    const choose = h("select", { "aria-label": "File", class: "diff-file" }, paths.map((path) => h("option", { value: path }, path)));
    const place = h("div", { class: "diff-place" });
    diff.replaceChildren(h("p", { class: "diff-heads" }, h("span", {}, "Yours"), choose, h("span", {}, name)), place);
    const draw = async () => {
      close();
      const path = choose.value;
      close = await openDiff(place, { path, mine: state.files[path]?.text ?? "", theirs: theirs[path] ?? "", nonce });
    };
    choose.addEventListener("change", draw);
    await draw();
  }

  async function download() {
    try {
      const blob = await postForBlob(exercise.downloadUrl, { files: filesToSend(store.get()) });
      const link = h("a", { href: URL.createObjectURL(blob), download: `${exercise.slug.replace("/", "-")}.zip` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      store.dispatch({ type: "notice", text: sentence(error) });
    }
  }

  dialog.addEventListener("close", () => close());
  dialog.querySelector("[data-review-close]").addEventListener("click", () => dialog.close());
  return { attempts, solution, download };
}

/** What a teacher said; its HTML comes sanitised from the server. */
function comment({ author, html }) {
  const text = h("div", { class: "prose feedback__text" });
  text.innerHTML = html;
  return h("article", { class: "feedback" }, h("p", { class: "feedback__head" }, h("strong", {}, author)), text);
}
