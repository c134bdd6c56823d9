import { h } from "./elements.js";
import { adminUrl, csrf, lessonId, newLessonTrack } from "./fields.js";

const PAUSE = 400; // milliseconds after the last key

/** Below a block of a lesson, what a learner sees of it, drawn anew while somebody writes. */
export function addPreview(type) {
  const prefix = type.name.match(/^(body-\d+)-type$/)?.[1];
  const child = type.closest("[data-contentpath], [data-streamfield-child]");
  if (!prefix || !child || child.querySelector(".author-preview")) {
    return;
  }
  const frame = h("iframe", { title: "Preview of the block", class: "author-preview__frame", sandbox: "allow-same-origin" });
  const problem = h("p", { class: "author-preview__problem", role: "status" });
  const details = h("details", { class: "author-preview" }, h("summary", {}, "As a learner sees it"), problem, frame);
  let timer = null;
  let asked = 0;

  async function draw() {
    const number = ++asked;
    const body = new FormData();
    body.append("prefix", prefix);
    body.append("slug", document.querySelector("input[name=slug]")?.value ?? "");
    for (const field of child.querySelectorAll("input, textarea, select")) {
      const chosen = !["checkbox", "radio"].includes(field.type) || field.checked;
      if (field.name.startsWith(`${prefix}-`) && chosen && field.type !== "file") {
        body.append(field.name, field.value);
      }
    }
    try {
      const answer = await fetch(address(), { method: "POST", body, headers: { "X-CSRFToken": csrf() } });
      const html = await answer.text();
      if (number === asked) {
        problem.textContent = answer.ok ? "" : `The server answered ${answer.status}.`;
        frame.srcdoc = answer.ok ? html : "";
      }
    } catch {
      problem.textContent = "The server could not be reached.";
    }
  }

  frame.addEventListener("load", () => {
    frame.style.height = `${frame.contentDocument.documentElement.scrollHeight}px`;
  });
  details.addEventListener("toggle", () => details.open && draw());
  child.addEventListener("input", () => {
    if (details.open) {
      clearTimeout(timer);
      timer = setTimeout(draw, PAUSE);
    }
  });
  (child.querySelector(".w-panel__content") ?? child).append(details);
}

/** Where a block is drawn. A lesson that was never saved has no number, and is drawn by its track. */
function address() {
  const id = lessonId();
  return adminUrl(id !== null ? `lessons/${id}/block/` : `lessons/new/${newLessonTrack()}/block/`);
}
