import { h } from "../lib/dom.js";
import { count } from "./describe.js";
import { problemBox } from "./problem-box.js";

const OPEN = 3; // More than this wait behind their number.
const TONES = { SUCCESS: "good", FAILURE: "bad", RETRY: "wait" };

/** What an entry of the console caused: SQL, mail and tasks, each as a list that can be closed. */
export function caused(answer, onPlace) {
  const { queries = [], mail = [], tasks = [], dropped = {} } = answer;
  return [
    list(queries, dropped.queries, ["query", "queries"], (query) => h("code", {}, query.sql)),
    list(mail, dropped.mail, ["mail", "mails"], letter),
    list(tasks, dropped.tasks, ["task run", "task runs"], (task) => attempt(task, onPlace)),
  ].filter(Boolean);
}

function list(entries, dropped = 0, words, show) {
  if (!entries.length && !dropped) {
    return null;
  }
  const rows = entries.map((entry) => h("li", {}, show(entry)));
  return h("details", { class: "console-caused", open: entries.length <= OPEN },
    h("summary", {}, count(entries.length + dropped, ...words)),
    h("ol", {}, rows),
    dropped ? h("p", {}, `The first ${entries.length} are shown.`) : null);
}

function letter({ to, from, subject, body, html }) {
  return [
    h("p", { class: "console-fact" }, h("strong", {}, subject || "(no subject)")),
    h("p", { class: "console-fact" }, `from ${from} to ${to.join(", ") || "nobody"}${html ? ", with a part in HTML" : ""}`),
    h("pre", { class: "console-text" }, body),
  ];
}

/** One try: Celery writes down each, the first and those after a retry. */
function attempt(task, onPlace) {
  const { state, retries, result, exception } = task;
  return [
    h("p", { class: "console-fact" },
      h("code", {}, call(task)), " ",
      h("span", { class: `console-state tone-${TONES[state] ?? "plain"}` }, state),
      retries ? ` retry ${retries}` : ""),
    state === "SUCCESS" && result !== null ? h("p", { class: "console-fact" }, "result ", h("code", {}, showValue(result))) : null,
    exception ? problemBox(exception, state === "RETRY" ? "It asked to be tried again." : "The task raised an error.", onPlace) : null,
  ];
}

/** A task's name and arguments as its function would be called. */
export function call({ name, args, kwargs }) {
  const named = Object.entries(kwargs).map(([key, value]) => `${key}=${showValue(value)}`);
  return `${name}(${[...args.map(showValue), ...named].join(", ")})`;
}

/** A value as Python would nearly write it. */
export function showValue(value) {
  if (typeof value === "string") {
    return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value}'`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(showValue).join(", ")}]`;
  }
  if (value && typeof value === "object") {
    return `{${Object.entries(value).map(([key, one]) => `${showValue(key)}: ${showValue(one)}`).join(", ")}}`;
  }
  return { null: "None", true: "True", false: "False" }[value] ?? String(value);
}
