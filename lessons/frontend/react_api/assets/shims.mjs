/* What a browser has and QuickJS has not, as far as a component of an exercise needs it. */

const timers = [];
let now = 0;
let count = 0;

globalThis.global = globalThis.window = globalThis.self = globalThis;
globalThis.setTimeout = (run, ms = 0, ...values) => {
  count += 1;
  timers.push({ id: count, at: now + Math.max(0, ms), run: () => run(...values) });
  return count;
};
globalThis.clearTimeout = (id) => {
  const index = timers.findIndex((timer) => timer.id === id);
  if (index >= 0) timers.splice(index, 1);
};
globalThis.setImmediate = (run, ...values) => setTimeout(run, 0, ...values);
globalThis.clearImmediate = clearTimeout;
globalThis.setInterval = () => {
  throw new Error("setInterval: there is no clock here that goes on by itself");
};
globalThis.queueMicrotask = (run) => Promise.resolve().then(run);
globalThis.performance = { now: () => now, mark() {} };

/** Runs what is due now. Time stands still until `advance`. */
export function runTimers() {
  const due = timers.filter((timer) => timer.at <= now);
  due.forEach(({ id }) => clearTimeout(id));
  due.forEach(({ run }) => run());
  return due.length;
}

export function advance(ms) {
  now += ms;
}

export const errors = [];
globalThis.reportError = (error) => errors.push(error);
export const printed = [];
const print = (...values) => printed.push(values.map(String).join(" "));
globalThis.console = { log: print, info: print, warn: print, error: print, debug: print };

globalThis.document = {
  get cookie() {
    return pythonCookie();
  },
};

globalThis.Headers = class Headers {
  constructor(values = {}) {
    this.values = {};
    const pairs = values instanceof Headers ? values.entries() : Array.isArray(values) ? values : Object.entries(values);
    for (const [name, value] of pairs) this.set(name, value);
  }
  set(name, value) {
    this.values[String(name).toLowerCase()] = String(value);
  }
  append(name, value) {
    this.set(name, value);
  }
  get(name) {
    return this.values[name.toLowerCase()] ?? null;
  }
  has(name) {
    return name.toLowerCase() in this.values;
  }
  entries() {
    return Object.entries(this.values);
  }
};

globalThis.URLSearchParams = class URLSearchParams {
  constructor(values = {}) {
    this.pairs = typeof values === "string" ? parse(values) : Array.isArray(values) ? values : Object.entries(values);
  }
  append(name, value) {
    this.pairs.push([name, value]);
  }
  set(name, value) {
    this.pairs = [...this.pairs.filter(([known]) => known !== name), [name, value]];
  }
  get(name) {
    return this.pairs.find(([known]) => known === name)?.[1] ?? null;
  }
  toString() {
    return this.pairs.map((pair) => pair.map((part) => encodeURIComponent(part)).join("=")).join("&");
  }
};

const parse = (text) =>
  text
    .replace(/^\?/, "")
    .split("&")
    .filter(Boolean)
    .map((pair) => pair.split("=").map((part) => decodeURIComponent(part.replace(/\+/g, " "))));

globalThis.AbortController = class AbortController {
  constructor() {
    const heard = [];
    this.signal = { aborted: false, addEventListener: (_, run) => heard.push(run), removeEventListener() {} };
    this.abort = () => {
      if (this.signal.aborted) return;
      this.signal.aborted = true;
      heard.forEach((run) => run());
    };
  }
};

const waiting = new Map();
let requests = 0;

globalThis.fetch = (address, { method = "GET", headers = {}, body = null, signal } = {}) =>
  new Promise((resolve, reject) => {
    requests += 1;
    const id = requests;
    const abort = () => {
      waiting.delete(id);
      const error = new Error("The request was aborted.");
      error.name = "AbortError";
      reject(error);
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener("abort", abort);
    const sent = new Headers(headers);
    const text = body instanceof URLSearchParams ? body.toString() : body;
    if (body instanceof URLSearchParams && !sent.has("content-type")) sent.set("Content-Type", "application/x-www-form-urlencoded");
    waiting.set(id, { resolve, reject });
    pythonSend(JSON.stringify({ id, method: method.toUpperCase(), address: String(address), headers: sent.values, body: text }));
    return undefined;
  });

/** The server's answer to a request; status 0 for none. */
export function answer(id, status, headers, text) {
  const request = waiting.get(id);
  if (!request) return;
  waiting.delete(id);
  if (status === 0) {
    request.reject(new TypeError("Failed to fetch"));
    return;
  }
  const copy = () => ({
    ok: status >= 200 && status < 300,
    status,
    statusText: "",
    headers: new Headers(headers),
    text: async () => text,
    json: async () => JSON.parse(text),
    clone: copy,
  });
  request.resolve(copy());
}
