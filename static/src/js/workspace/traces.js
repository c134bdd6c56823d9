import { h, icon } from "../lib/dom.js";
import { count, describeTrace, duration } from "./describe.js";

/** "What the check saw": the requests that one check made, plainly. */
export function traceList(traces, onTraces) {
  const summary = h("summary", {}, icon("eye", "icon-small"), `What the check saw: ${count(traces.length, "request")}`);
  const details = h("details", { class: "traces" }, summary);
  // Drawn when somebody looks: a verdict must not wait for what few open.
  details.addEventListener("toggle", () => details.append(...looked(traces, onTraces)), { once: true });
  return details;
}

function looked(traces, onTraces) {
  const open = h("button", { type: "button", class: "button button-quiet button-small", onclick: () => onTraces(traces) }, "Open in X-ray");
  return [open, h("ol", { class: "trace-list" }, traces.map(traceItem))];
}

function traceItem(trace) {
  const shape = describeTrace(trace);
  const line = h(
    "p",
    { class: "trace-line" },
    h("span", { class: "trace-method" }, shape.method),
    h("span", { class: "trace-path" }, shape.path),
    shape.status ? h("span", { class: `trace-status status-${Math.floor(shape.status / 100)}` }, String(shape.status)) : null,
  );
  return h(
    "li",
    {},
    line,
    h("p", { class: "trace-meta" }, [trace.view, shape.queries, duration(trace.ms)].filter(Boolean).join(" · ")),
    shape.exception ? h("p", { class: "trace-exception" }, shape.exception) : null,
    trace.queries?.length ? h("ol", { class: "trace-queries" }, trace.queries.map(queryItem)) : null,
  );
}

function queryItem(query) {
  const place = query.source ? `${query.source.file}, line ${query.source.line}` : "";
  return h("li", {}, h("code", {}, query.sql), h("span", { class: "trace-meta" }, [duration(query.ms), place].filter(Boolean).join(" · ")));
}
