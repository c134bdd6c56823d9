/* The X-ray panel: a list of requests, each of which opens to what Django did for it.
 *
 *   const xray = mountXray(element, { onSelect(trace, source) { … } });
 *   xray.add(trace);               the format is in docs/architecture.md; the same id again replaces what is shown
 *   xray.filter("sql~INSERT");     only requests that match, see filter.js; an empty text shows all
 *   xray.clear();
 *
 * onSelect is called when a request is opened (source is null) and when the line of code that caused something is
 * pressed (source is {file, line, function, code}). What else the page can do, each optional:
 *
 *   explain(trace, index)          a promise of the plan of the trace's query
 *   excerpt(trace, kind, index)    a promise of the code around a line; kind is the list of the trace that it stands in
 *   resend(trace, request)         sends {method, path, headers, body, withToken}; a promise that fails with a sentence
 *   csrfToken                      true: resend adds a token where withToken asks for it
 *   origin, curlNote               where a command for a shell finds the app, and what is to be said of it
 */
import { describe } from "./details.js";
import { filterWords, matches, parseFilter } from "./filter.js";
import { alikeCount, counted, el, milliseconds, statementCount } from "./format.js";

const MAX_REQUESTS = 100;
const RESENT = "x-xray-resend";

export function mountXray(element, options = {}) {
  const tools = { onSelect: () => {}, origin: location.origin, ...options };
  const list = el("ol", { class: "xray-list", "aria-label": "Requests, the newest first" });
  const scroller = el("div", { class: "xray-scroll", tabindex: "0", role: "region", "aria-label": "X-ray of requests" }, list);
  const empty = el("p", { class: "xray-empty" }, "Nothing yet: each request to the app appears here.");
  const status = el("p", { class: "xray-status", role: "status" });
  const bar = filterBar(() => filter(""));
  const shown = new Map(); // by id: {trace, item, details}
  let conditions = [];
  let wanting = false; // the filter has found nothing so far
  element.classList.add("xray");
  element.replaceChildren(status, bar.element, empty, scroller);

  function add(trace) {
    const known = shown.get(trace.id);
    if (known) return update(known, trace);
    const entry = requestItem(trace, tools, () => conditions);
    shown.set(trace.id, entry);
    list.prepend(entry.item);
    while (shown.size > MAX_REQUESTS) forgetOldest();
    status.textContent = `${trace.request.method} ${trace.request.path}: ${statusText(trace)}, ${queriesText(trace)}`;
    sift();
    if (headerOf(trace, RESENT) || (wanting && !entry.item.hidden)) reveal(entry);
  }

  function update(entry, trace) {
    if (JSON.stringify(entry.trace) === JSON.stringify(trace)) return;
    entry.set(trace);
    sift();
  }

  function forgetOldest() {
    const [id, oldest] = shown.entries().next().value;
    oldest.item.remove();
    shown.delete(id);
  }

  /** Show only what matches, and open the newest of it. Throws an Error for what is no filter. */
  function filter(text) {
    conditions = text ? parseFilter(text) : [];
    for (const entry of shown.values()) entry.redraw();
    sift();
    const first = conditions.length ? [...shown.values()].reverse().find(({ item }) => !item.hidden) : null;
    wanting = conditions.length > 0 && !first;
    if (first) reveal(first);
    status.textContent = bar.words();
  }

  function sift() {
    let matching = 0;
    for (const { trace, item } of shown.values()) {
      item.hidden = conditions.length > 0 && !matches(trace, conditions);
      matching += item.hidden ? 0 : 1;
    }
    bar.show(conditions, matching, shown.size);
    empty.hidden = shown.size > 0 || conditions.length > 0;
    scroller.hidden = matching === 0;
  }

  function reveal({ item, open }) {
    wanting = false;
    open();
    // Within the list's own scroll; the page stays where it is.
    const target = item.querySelector(".xray-found") ?? item;
    scroller.scrollTop += target.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  }

  function clear() {
    shown.clear();
    list.replaceChildren();
    sift();
    status.textContent = "";
  }

  sift();
  return { add, clear, filter };
}

function filterBar(onClear) {
  const words = el("p", {});
  const button = el("button", { type: "button", class: "xray-button" }, "Show all requests");
  const element = el("div", { class: "xray-filter", role: "group", "aria-label": "Filter", hidden: true }, words, button);
  button.addEventListener("click", onClear);
  return {
    element,
    words: () => (element.hidden ? "All requests are shown." : words.textContent),
    show(conditions, matching, all) {
      element.hidden = conditions.length === 0;
      if (!conditions.length) return;
      const which = `where ${filterWords(conditions)}`;
      words.textContent = matching ? `${matching} of ${counted(all, "request", "requests")} ${which}` : `No request yet ${which}. Make one in the app above.`;
    },
  };
}

function requestItem(trace, tools, conditionsNow) {
  const body = el("div", { class: "xray-body" });
  const details = el("details", { class: "xray-request" }, summaryOf(trace), body);
  const entry = { trace, details, item: el("li", {}, details), open, set, redraw };
  let fresh = []; // each section as it was made, before somebody opened something in it
  let drawnFor = "";

  function draw() {
    const sections = describe(entry.trace, tools, conditionsNow());
    const kept = [...body.children];
    const now = sections.map((section) => section.outerHTML);
    // What is the same as before stays, with what was opened in it.
    body.replaceChildren(...sections.map((section, index) => kept[fresh.indexOf(now[index])] ?? section));
    fresh = now;
    drawnFor = JSON.stringify(conditionsNow());
  }

  function open() {
    if (!body.hasChildNodes()) draw();
    details.open = true;
  }

  function set(changed) {
    entry.trace = changed;
    details.firstElementChild.replaceChildren(...summaryOf(changed).childNodes);
    if (body.hasChildNodes()) draw();
  }

  function redraw() {
    if (body.hasChildNodes() && drawnFor !== JSON.stringify(conditionsNow())) draw();
  }

  details.addEventListener("toggle", () => {
    if (!details.open) return;
    // Not before: a hundred requests with two hundred queries each would be a heavy page.
    if (!body.hasChildNodes()) draw();
    tools.onSelect(entry.trace, null);
  });
  return entry;
}

function summaryOf(trace) {
  const { method, path, query } = trace.request;
  const alike = alikeCount(trace.queries);
  const address = query ? `${path}?${query}` : path;
  return el(
    "summary",
    { class: "xray-summary" },
    el("span", { class: "xray-method" }, method === "WEBSOCKET" ? "WS" : method),
    el("span", { class: "xray-path" }, address),
    trace.persona > 1 ? el("span", { class: "xray-tag" }, `browser ${trace.persona}`) : null,
    headerOf(trace, RESENT) ? el("span", { class: "xray-tag" }, "resent") : null,
    el("span", { class: `xray-code xray-code-${trace.aborted ? "0" : String(trace.response.status)[0]}` }, statusText(trace)),
    el("span", { class: "xray-number" }, milliseconds(trace.ms)),
    el("span", { class: "xray-number" }, queriesText(trace)),
    trace.frames.length ? el("span", { class: "xray-number" }, counted(trace.frames.length + (trace.dropped?.frames ?? 0), "frame", "frames")) : null,
    trace.tasks.length ? el("span", { class: "xray-number" }, counted(trace.tasks.length, "task", "tasks")) : null,
    alike > 1 ? el("span", { class: "xray-tag xray-warn" }, `${alike} alike`) : null,
    trace.exception ? el("span", { class: "xray-tag xray-danger" }, trace.exception.type) : null,
  );
}

function statusText(trace) {
  if (trace.request.method === "TASK") return trace.tasks[0]?.state.toLowerCase() ?? "begun";
  return trace.aborted ? "aborted by the browser" : String(trace.response.status);
}

function queriesText(trace) {
  return counted(statementCount(trace), "query", "queries");
}

function headerOf(trace, name) {
  return trace.request.headers.find(([key]) => key === name)?.[1] ?? null;
}
