import { h } from "../lib/dom.js";

/** What went wrong in the learner's code, with its places: {type, message, frames}. */
export function problemBox(problem, title, onPlace) {
  const what = [problem.type, problem.message].filter(Boolean).join(": ");
  const places = (problem.frames ?? []).map((frame) =>
    h("li", {}, h("button", { type: "button", class: "frame", onclick: () => onPlace(frame) },
      h("span", { class: "frame-place" }, `${frame.file}, line ${frame.line}`, frame.function ? `, in ${frame.function}` : ""),
      frame.code ? h("code", {}, frame.code.trim()) : null)),
  );
  return h("div", { class: "problem-box" }, h("p", { class: "problem-title" }, title), h("p", { class: "problem-what" }, what),
    places.length ? h("ol", { class: "frames" }, places) : null);
}
