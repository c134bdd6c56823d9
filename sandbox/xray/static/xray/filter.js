/* Filters of the X-ray, as lessons write them in their links: "sql~INSERT", "method=POST&status=4xx".
 * The course checks them when a lesson is loaded (content/xray_links.py); the same examples test both.
 */
import { alikeCount, statements } from "./format.js";

const LONGEST = 200;

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "WEBSOCKET", "TASK"];

const PARTS = {
  exception: (trace) => trace.exception !== null,
  aborted: (trace) => Boolean(trace.aborted),
  alike: (trace) => alikeCount(trace.queries) > 1,
  queries: (trace) => statements(trace.queries).length > 0,
  session: ({ session }) =>
    session.key_before !== session.key_after || [session.added, session.changed, session.removed].some((part) => Object.keys(part).length > 0),
  ...Object.fromEntries(
    ["cookies", "mail", "messages", "tasks", "frames", "templates"].map((part) => [part, (trace) => trace[part].length > 0]),
  ),
};

const FIELDS = {
  "method=": {
    takes: (value) => METHODS.includes(value),
    holds: (trace, value) => trace.request.method === value,
    words: (value) => `the method is ${value}`,
  },
  "status=": {
    takes: (value) => /^[1-5](\d\d|xx)$/.test(value),
    holds: (trace, value) => {
      const status = String(trace.response.status);
      return value.endsWith("xx") ? status[0] === value[0] : status === value;
    },
    words: (value) => `the status is ${value}`,
  },
  "path=": {
    takes: (value) => value.startsWith("/"),
    holds: (trace, value) => trace.request.path === value,
    words: (value) => `the path is ${value}`,
  },
  "path~": {
    takes: () => true,
    holds: (trace, value) => contains(address(trace), value),
    words: (value) => `the address has “${value}” in it`,
  },
  "name=": {
    takes: (value) => /^[\w:-]+$/.test(value),
    holds: (trace, value) => trace.url_name === value,
    words: (value) => `the URL's name is ${value}`,
  },
  "sql~": {
    takes: () => true,
    holds: (trace, value) => trace.queries.some((query) => contains(query.sql, value)),
    words: (value) => `a statement has “${value}” in it`,
  },
  "template~": {
    takes: () => true,
    holds: (trace, value) => trace.templates.some((template) => contains(template.name, value)),
    words: (value) => `a template has “${value}” in its name`,
  },
  "has=": {
    takes: (value) => Object.hasOwn(PARTS, value),
    holds: (trace, value) => PARTS[value](trace),
    words: (value) => (value === "alike" ? "statements are alike" : value === "aborted" ? "the browser gave up" : `there is something under ${value}`),
  },
};

/** The filter's conditions, all of which have to hold: [{kind: "sql~", value: "INSERT"}]. Throws an Error. */
export function parseFilter(text) {
  if (typeof text !== "string" || !text || text.length > LONGEST) throw new Error("A filter is a short text.");
  return text.split("&").map((part) => {
    const [, kind, written] = /^([a-z]+[=~])(.+)$/s.exec(part) ?? [];
    if (!kind || !Object.hasOwn(FIELDS, kind)) throw new Error(`There is no filter ${part}.`);
    let value;
    try {
      value = decodeURIComponent(written);
    } catch {
      throw new Error(`${written} is not encoded as an address is.`);
    }
    if (!value.trim() || !FIELDS[kind].takes(value)) throw new Error(`${kind} does not take ${value}.`);
    return { kind, value };
  });
}

export function matches(trace, conditions) {
  return conditions.every(({ kind, value }) => FIELDS[kind].holds(trace, value));
}

/** Whether this statement is one that the filter asked for by its text. */
export function findsQuery(query, conditions) {
  return conditions.some(({ kind, value }) => kind === "sql~" && contains(query.sql, value));
}

export function filterWords(conditions) {
  return conditions.map(({ kind, value }) => FIELDS[kind].words(value)).join(", and ");
}

function address({ request }) {
  return request.query ? `${request.path}?${request.query}` : request.path;
}

function contains(text, part) {
  return text.toLowerCase().includes(part.toLowerCase());
}
