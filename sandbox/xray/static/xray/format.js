/* Small things that the panel's parts share. Text goes into the page as text nodes only, never as markup. */

const TRANSACTION = /^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/i;
const SQL_TOKEN =
  /('(?:[^']|'')*')|\b(SELECT|DISTINCT|FROM|WHERE|AND|OR|NOT|IN|IS|NULL|LIKE|BETWEEN|EXISTS|AS|ON|JOIN|INNER|LEFT|OUTER|GROUP BY|HAVING|ORDER BY|ASC|DESC|LIMIT|OFFSET|INSERT INTO|VALUES|RETURNING|UPDATE|SET|DELETE|CASE|WHEN|THEN|ELSE|END|UNION|OVER|PARTITION BY|WITH|BEGIN|IMMEDIATE|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|TO)\b/g;

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null));
  return element;
}

export function counted(number, one, many) {
  return `${number} ${number === 1 ? one : many}`;
}

export function milliseconds(ms) {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** Queries without the statements that only open and close transactions. */
export function statements(queries) {
  return queries.filter((query) => !TRANSACTION.test(query.sql));
}

export function statementCount(trace) {
  return statements(trace.queries).length + (trace.dropped?.queries ?? 0);
}

/** How often the most repeated statement was executed, whatever its parameters. */
export function alikeCount(queries) {
  return Math.max(0, ...countBy(statements(queries), (query) => query.fingerprint).values());
}

export function countBy(items, key) {
  const counts = new Map();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

/** SQL as nodes: keywords and literals in elements of their own. */
export function sqlNodes(sql) {
  const nodes = [];
  let end = 0;
  for (const match of sql.matchAll(SQL_TOKEN)) {
    nodes.push(sql.slice(end, match.index));
    nodes.push(el("span", { class: match[1] ? "xray-literal" : "xray-keyword" }, match[0]));
    end = match.index + match[0].length;
  }
  nodes.push(sql.slice(end));
  return nodes;
}

export function valueText(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function section(title, ...children) {
  return el("section", { class: "xray-section" }, el("h3", {}, title), ...children);
}

/** Rows of [name, value] as a list of terms; null where no value says anything. */
export function facts(rows) {
  const kept = rows.filter(([, value]) => value != null && value !== "");
  if (!kept.length) return null;
  return el(
    "dl",
    { class: "xray-facts" },
    kept.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );
}

export function droppedNote(trace, kind) {
  const count = trace.dropped?.[kind];
  return count ? el("p", { class: "xray-value" }, `… and ${count} more that were not kept`) : null;
}

/**
 * A button that shows and hides what `make()` gives: (a promise of) the element's children. It is asked once, or with
 * `again` each time.
 */
export function disclosure(label, make, attributes = {}, { again = false } = {}) {
  const button = el("button", { type: "button", class: "xray-button", "aria-expanded": "false", ...attributes }, label);
  const place = el("div", { class: "xray-disclosed", hidden: true });
  let made = false;
  async function show() {
    place.hidden = false;
    button.setAttribute("aria-expanded", "true");
    if (made) return;
    made = !again;
    try {
      place.replaceChildren(...[await make()].flat());
    } catch (error) {
      made = false; // asked again at the next press
      place.replaceChildren(el("p", { class: "xray-value", role: "alert" }, error.message));
    }
  }
  button.addEventListener("click", () => {
    if (place.hidden) return show();
    place.hidden = true;
    button.setAttribute("aria-expanded", "false");
  });
  return { button, place };
}
