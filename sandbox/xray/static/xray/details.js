/* What an opened request shows. Each part is left out when there is nothing to tell. */
import { countBy, counted, el, milliseconds, sqlNodes, statements, valueText } from "./format.js";

/** The sections of one trace, as elements. onSource gets a query's source when it is pressed. */
export function describe(trace, onSource) {
  return [
    exceptionSection(trace),
    routeSection(trace),
    queriesSection(trace, onSource),
    sessionSection(trace),
    cookiesSection(trace),
    templatesSection(trace),
    mailSection(trace),
    messagesSection(trace),
    formSection(trace),
    headersSection("Request headers", trace.request.headers),
    headersSection("Response headers", trace.response.headers),
  ].filter(Boolean);
}

function section(title, ...children) {
  return el("section", { class: "xray-section" }, el("h3", {}, title), ...children);
}

function facts(rows) {
  const kept = rows.filter(([, value]) => value != null && value !== "");
  if (!kept.length) return null;
  return el(
    "dl",
    { class: "xray-facts" },
    kept.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );
}

function routeSection(trace) {
  const { before, after } = trace.user;
  const type = trace.response.type;
  return section(
    "Route",
    facts([
      ["route", trace.route === null ? "none matched" : trace.route || "(empty)"],
      ["name", trace.url_name],
      ["view", trace.view],
      ["user", before === after ? before : `${before ?? "nobody"} → ${after ?? "nobody"}`],
      ["answer", trace.response.size == null ? `${type}, streamed` : `${type}, ${trace.response.size} bytes`],
    ]),
  );
}

function queriesSection(trace, onSource) {
  if (!trace.queries.length) return null;
  const same = countBy(statements(trace.queries), (query) => query.sql);
  const alike = countBy(statements(trace.queries), (query) => query.fingerprint);
  const total = trace.queries.reduce((sum, query) => sum + query.ms, 0);
  const items = trace.queries.map((query) => {
    const times = same.get(query.sql) ?? 0;
    const similar = alike.get(query.fingerprint) ?? 0;
    const mark =
      times > 1 ? `${times} × the very same` : similar > 1 ? `${similar} × alike: N+1?` : null;
    return queryItem(query, mark, onSource);
  });
  return section(
    `Database: ${counted(trace.queries.length, "statement", "statements")}, ${milliseconds(total)}`,
    el("ol", { class: "xray-queries" }, items),
    droppedNote(trace, "queries"),
  );
}

function queryItem(query, mark, onSource) {
  const notes = [
    el("span", { class: "xray-number" }, milliseconds(query.ms)),
    query.rows == null ? null : el("span", { class: "xray-number" }, counted(query.rows, "row", "rows")),
    query.alias === "default" ? null : el("span", { class: "xray-tag" }, query.alias),
    mark ? el("span", { class: "xray-tag xray-warn" }, mark) : null,
    query.error ? el("span", { class: "xray-tag xray-danger" }, query.error) : null,
  ];
  return el(
    "li",
    { class: "xray-query" },
    el("code", { class: "xray-sql" }, sqlNodes(query.sql)),
    el("div", { class: "xray-notes" }, notes, query.source ? sourceButton(query.source, onSource) : null),
  );
}

function sourceButton(source, onSource) {
  const button = el(
    "button",
    { type: "button", class: "xray-source" },
    `${source.file}:${source.line}`,
    el("code", {}, source.code),
  );
  button.addEventListener("click", () => onSource(source));
  return button;
}

function sessionSection(trace) {
  const { key_before: before, key_after: after, added, changed, removed, flushed } = trace.session;
  const rows = [
    ...Object.entries(added).map(([key, value]) => difference("+", "added", key, valueText(value))),
    ...Object.entries(changed).map(([key, [old, value]]) =>
      difference("±", "changed", key, `${valueText(old)} → ${valueText(value)}`),
    ),
    ...Object.entries(removed).map(([key, value]) => difference("−", "removed", key, valueText(value))),
  ];
  if (before === after && !rows.length) return null;
  let key = before;
  if (before !== after) {
    const what = flushed ? "deleted" : before && after ? "rotated" : after ? "new" : "deleted";
    key = `${before ?? "none"} → ${after ?? "none"} (${what})`;
  }
  return section("Session", facts([["key", key]]), rows.length ? el("ul", { class: "xray-diff" }, rows) : null);
}

function difference(sign, word, name, value) {
  return el(
    "li",
    { class: `xray-${word}` },
    el("span", { class: "xray-sign", "aria-hidden": "true" }, sign),
    el("span", { class: "xray-hidden" }, `${word}: `),
    el("span", { class: "xray-name" }, name),
    el("span", { class: "xray-value" }, value),
  );
}

function cookiesSection(trace) {
  if (!trace.cookies.length) return null;
  const sent = trace.request.cookies;
  const rows = trace.cookies.map((cookie) => {
    const attributes = Object.entries(cookie.attributes)
      .map(([name, value]) => (value === true ? name : `${name}=${value}`))
      .join("; ");
    if (cookie.deleted) return difference("−", "removed", cookie.name, attributes);
    const old = sent[cookie.name];
    if (old === undefined) return difference("+", "added", cookie.name, `${cookie.value}; ${attributes}`);
    if (old === cookie.value) return difference("=", "renewed", cookie.name, `the same value; ${attributes}`);
    return difference("±", "changed", cookie.name, `${old} → ${cookie.value}; ${attributes}`);
  });
  return section("Cookies set", el("ul", { class: "xray-diff" }, rows));
}

function templatesSection(trace) {
  if (!trace.templates.length) return null;
  const rows = trace.templates.map((template) =>
    el(
      "li",
      {},
      el("span", { class: "xray-name" }, template.name),
      template.count > 1 ? el("span", { class: "xray-tag" }, `${template.count} ×`) : null,
      el("span", { class: "xray-value" }, template.file === template.name ? "" : template.file),
    ),
  );
  return section("Templates", el("ul", { class: "xray-rows" }, rows), droppedNote(trace, "templates"));
}

function mailSection(trace) {
  if (!trace.mail.length) return null;
  const letters = trace.mail.map((letter) =>
    el(
      "li",
      {},
      facts([
        ["to", letter.to.join(", ")],
        ["from", letter.from],
        ["subject", letter.subject],
      ]),
      el("pre", { class: "xray-text" }, letter.body),
    ),
  );
  return section("Mail sent", el("ul", { class: "xray-rows" }, letters));
}

function messagesSection(trace) {
  if (!trace.messages.length) return null;
  const rows = trace.messages.map((message) =>
    el("li", {}, el("span", { class: "xray-tag" }, message.level), el("span", { class: "xray-value" }, message.text)),
  );
  return section("Messages", el("ul", { class: "xray-rows" }, rows));
}

function formSection(trace) {
  const { form, body } = trace.request;
  if (form && Object.keys(form).length) {
    return section("Form", facts(Object.entries(form).map(([name, values]) => [name, values.join(", ")])));
  }
  return body ? section("Body", el("pre", { class: "xray-text" }, body)) : null;
}

function headersSection(title, headers) {
  if (!headers.length) return null;
  return el(
    "details",
    { class: "xray-section xray-headers" },
    el("summary", {}, `${title} (${headers.length})`),
    facts(headers),
  );
}

function exceptionSection(trace) {
  const exception = trace.exception;
  if (!exception) return null;
  const frames = exception.frames.map((frame) =>
    el(
      "li",
      {},
      el("span", { class: "xray-name" }, `${frame.file}:${frame.line}`),
      el("span", { class: "xray-value" }, `in ${frame.function}`),
      el("code", { class: "xray-sql" }, frame.code),
    ),
  );
  return section(
    "Exception",
    el("p", { class: "xray-exception" }, `${exception.type}: ${exception.message}`),
    el("ol", { class: "xray-rows" }, frames),
  );
}

function droppedNote(trace, kind) {
  const count = trace.dropped?.[kind];
  return count ? el("p", { class: "xray-value" }, `… and ${count} more that were not kept`) : null;
}
