/* What an opened request shows. Each part is left out when there is nothing to tell. */
import { droppedNote, el, facts, section, valueText } from "./format.js";
import { queriesSection } from "./queries.js";
import { requestTools } from "./again.js";
import { sourceButton } from "./source.js";
import { framesSection, tasksSection } from "./traffic.js";

/** The sections of one trace, as elements. `tools` are the panel's, see panel.js; `conditions` those of its filter. */
export function describe(trace, tools, conditions) {
  return [
    requestTools(trace, tools),
    exceptionSection(trace, tools),
    routeSection(trace),
    framesSection(trace, tools),
    queriesSection(trace, tools, conditions),
    tasksSection(trace, tools),
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

function routeSection(trace) {
  const { before, after } = trace.user;
  const type = trace.response.type;
  const user = before === after ? before : `${before ?? "nobody"} → ${after ?? "nobody"}`;
  if (trace.request.method === "WEBSOCKET") {
    return section("Connection", facts([["consumer", trace.view ?? "none for this path"], ["user", user], ["now", socketState(trace)]]));
  }
  if (trace.request.method === "TASK") return section("Run", facts([["task", trace.url_name], ["function", trace.view]]));
  return section(
    "Route",
    facts([
      ["route", trace.route === null ? "none matched" : trace.route || "(empty)"],
      ["name", trace.url_name],
      ["view", trace.view],
      ["user", user],
      ["answer", trace.aborted ? null : trace.response.size == null ? `${type}, streamed` : `${type}, ${trace.response.size} bytes`],
    ]),
  );
}

function socketState(trace) {
  if (trace.response.status === 403) return "refused";
  const end = trace.frames.findLast(({ kind }) => kind === "close" || kind === "disconnect");
  if (!end) return "open";
  return end.kind === "close" ? `closed by the server (${end.code})` : `closed by the browser (${end.code})`;
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

function exceptionSection(trace, tools) {
  if (trace.aborted) {
    const words = "The browser gave up before the answer was ready: somebody went elsewhere, reloaded or closed the page. Django stops such a request where it waits.";
    return section("Aborted by the browser", el("p", { class: "xray-value" }, words));
  }
  const exception = trace.exception;
  if (!exception) return null;
  const frames = exception.frames.map((frame, index) =>
    el("li", {}, sourceButton(trace, frame, "exception", index, tools), el("span", { class: "xray-value" }, `in ${frame.function}`)),
  );
  return section(
    "Exception",
    el("p", { class: "xray-exception" }, `${exception.type}: ${exception.message}`),
    el("ol", { class: "xray-rows" }, frames),
  );
}
