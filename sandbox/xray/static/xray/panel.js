/* The X-ray panel: a list of requests, each of which opens to what Django did for it.
 *
 *   const xray = mountXray(element, { onSelect(trace, source) { … } });
 *   xray.add(trace);    the format is in docs/architecture.md
 *   xray.clear();
 *
 * onSelect is called when a request is opened (source is null) and when the line of code that caused a query is
 * pressed (source is the query's {file, line, function, code}).
 */
import { describe } from "./details.js";
import { alikeCount, counted, el, milliseconds, statementCount } from "./format.js";

const MAX_REQUESTS = 100;

export function mountXray(element, { onSelect = () => {} } = {}) {
  const list = el("ol", { class: "xray-list", "aria-label": "Requests, the newest first" });
  const empty = el("p", { class: "xray-empty" }, "Nothing yet: each request to the app appears here.");
  const status = el("p", { class: "xray-status", role: "status" });
  element.classList.add("xray");
  element.replaceChildren(status, empty, list);
  const known = new Set();

  function add(trace) {
    if (known.has(trace.id)) return;
    known.add(trace.id);
    empty.hidden = true;
    list.prepend(requestItem(trace, onSelect));
    while (list.children.length > MAX_REQUESTS) list.lastElementChild.remove();
    status.textContent = `${trace.request.method} ${trace.request.path}: ${trace.response.status}, ${queriesText(trace)}`;
  }

  function clear() {
    known.clear();
    list.replaceChildren();
    empty.hidden = false;
    status.textContent = "";
  }

  return { add, clear };
}

function requestItem(trace, onSelect) {
  const body = el("div", { class: "xray-body" });
  const details = el("details", { class: "xray-request" }, summaryOf(trace), body);
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    // Not before: a hundred requests with two hundred queries each would be a heavy page.
    if (!body.hasChildNodes()) body.append(...describe(trace, (source) => onSelect(trace, source)));
    onSelect(trace, null);
  });
  return el("li", {}, details);
}

function summaryOf(trace) {
  const { method, path, query } = trace.request;
  const status = trace.response.status;
  const alike = alikeCount(trace.queries);
  const address = query ? `${path}?${query}` : path;
  return el(
    "summary",
    { class: "xray-summary" },
    el("span", { class: "xray-method" }, method),
    el("span", { class: "xray-path" }, address),
    trace.persona > 1 ? el("span", { class: "xray-tag" }, `browser ${trace.persona}`) : null,
    el("span", { class: `xray-code xray-code-${String(status)[0]}` }, String(status)),
    el("span", { class: "xray-number" }, milliseconds(trace.ms)),
    el("span", { class: "xray-number" }, queriesText(trace)),
    alike > 1 ? el("span", { class: "xray-tag xray-warn" }, `${alike} alike`) : null,
    trace.exception ? el("span", { class: "xray-tag xray-danger" }, trace.exception.type) : null,
  );
}

function queriesText(trace) {
  return counted(statementCount(trace), "query", "queries");
}
