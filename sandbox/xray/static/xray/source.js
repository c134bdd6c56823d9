/* The line of code that caused something, as a button that leads there. */
import { disclosure, el } from "./format.js";

/** `kind` is "queries", "tasks", "frames" or "exception" (for its frames), `index` the place in that list. */
export function sourceButton(trace, source, kind, index, tools) {
  const label = [`${source.file}:${source.line}`, el("code", {}, source.code)];
  if (!tools.excerpt) {
    const button = el("button", { type: "button", class: "xray-source" }, label);
    button.addEventListener("click", () => tools.onSelect(trace, source));
    return button;
  }
  const { button, place } = disclosure(label, async () => excerptNodes(await tools.excerpt(trace, kind, index)), { class: "xray-source" });
  button.addEventListener("click", () => tools.onSelect(trace, source));
  return el("div", { class: "xray-sourced" }, button, place);
}

function excerptNodes({ file, line, lines, changed }) {
  const rows = lines.map(({ number, parts }) =>
    el(
      "span",
      { class: number === line ? "xray-line xray-line-it" : "xray-line" },
      el("span", { class: "xray-line-number", "aria-hidden": "true" }, String(number)),
      number === line ? el("mark", {}, partNodes(parts)) : partNodes(parts),
      "\n",
    ),
  );
  return [
    changed ? el("p", { class: "xray-value" }, "The file has changed since this ran.") : "",
    el("pre", { class: "xray-excerpt", tabindex: "0", role: "region", "aria-label": `${file}, around line ${line}` }, rows),
  ];
}

function partNodes(parts) {
  return parts.map(([kind, text]) => (kind ? el("span", { class: `xray-${kind}` }, text) : text));
}
