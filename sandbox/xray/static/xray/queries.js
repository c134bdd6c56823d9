/* The statements of a request: which are repeated, who caused them, how the database would go about them. */
import { countBy, counted, disclosure, droppedNote, el, milliseconds, section, sqlNodes, statements } from "./format.js";
import { findsQuery } from "./filter.js";
import { sourceButton } from "./source.js";

const EXPLAINABLE = /^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i;
const MARKS = { scan: "reads every row", sort: "sorts by itself" };

export function queriesSection(trace, tools, conditions) {
  if (!trace.queries.length) return null;
  const same = countBy(statements(trace.queries), (query) => query.sql);
  const alike = countBy(statements(trace.queries), (query) => query.fingerprint);
  const plans = new Map(trace.queries.filter((query) => query.plan).map((query) => [query.fingerprint, query.plan]));
  const total = trace.queries.reduce((sum, query) => sum + query.ms, 0);
  const items = trace.queries.map((query, index) => {
    const times = same.get(query.sql) ?? 0;
    const similar = alike.get(query.fingerprint) ?? 0;
    const mark = times > 1 ? `${times} × the very same` : similar > 1 ? `${similar} × alike: N+1?` : null;
    const plan = planner(trace, query, index, plans, tools);
    return queryItem(trace, query, index, { mark, plan, tools, found: findsQuery(query, conditions) });
  });
  return section(
    `Database: ${counted(trace.queries.length, "statement", "statements")}, ${milliseconds(total)}`,
    el("ol", { class: "xray-queries" }, items),
    droppedNote(trace, "queries"),
  );
}

function queryItem(trace, query, index, { mark, plan, tools, found }) {
  const notes = [
    el("span", { class: "xray-number" }, milliseconds(query.ms)),
    query.rows == null ? null : el("span", { class: "xray-number" }, counted(query.rows, "row", "rows")),
    query.alias === "default" ? null : el("span", { class: "xray-tag" }, query.alias),
    mark ? el("span", { class: "xray-tag xray-warn" }, mark) : null,
    query.source ? null : el("span", { class: "xray-value" }, "no line of the app: Django's own doing"),
    query.error ? el("span", { class: "xray-tag xray-danger" }, query.error) : null,
  ];
  const explain = plan ? disclosure("EXPLAIN", async () => planNodes(await plan())) : null;
  const sql = el("code", { class: "xray-sql" }, sqlNodes(query.sql));
  const source = query.source ? sourceButton(trace, query.source, "queries", index, tools) : null;
  if (source) {
    // For a mouse, the statement is a bigger target than its line; a keyboard has the button.
    sql.classList.add("xray-pressable");
    sql.addEventListener("click", () => {
      if (getSelection()?.isCollapsed ?? true) (source.querySelector("button") ?? source).click();
    });
  }
  return el(
    "li",
    { class: found ? "xray-query xray-found" : "xray-query" },
    sql,
    el("div", { class: "xray-notes" }, notes, explain?.button),
    source,
    explain?.place,
  );
}

/** How to get the plan of a query: a function, or null where there is none to get. */
function planner(trace, query, index, plans, tools) {
  if (query.error || !EXPLAINABLE.test(query.sql)) return null;
  const recorded = plans.get(query.fingerprint);
  if (recorded) return () => recorded;
  return tools.explain ? () => tools.explain(trace, index) : null;
}

function planNodes(plan) {
  if (!plan.length) return el("p", { class: "xray-value" }, "Nothing is searched for: this statement only writes.");
  const steps = plan.map(({ depth, text, mark }) =>
    el(
      "li",
      { class: mark ? "xray-step xray-step-marked" : "xray-step", "data-depth": Math.min(depth, 6) },
      el("code", {}, text),
      mark ? el("span", { class: "xray-tag xray-warn" }, MARKS[mark] ?? mark) : null,
    ),
  );
  return el("ol", { class: "xray-plan", "aria-label": "Query plan" }, steps);
}
