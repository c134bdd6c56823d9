/** What the mini browser knows without a page: addresses, history, and what the frame may say. */
const HOST = "http://localhost";
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
export const MOST_REDIRECTS = 10;

/** The path that `href` means on a page at `path`; null for an address outside the project. */
export function resolve(href, path) {
  try {
    const url = new URL(href, new URL(path, HOST));
    return url.origin === HOST ? url.pathname + url.search : null;
  } catch {
    return null;
  }
}

/** The request that a redirect asks for; null where the answer is none, {outside} where it leads out of the project. */
export function redirectOf(answer, request) {
  if (!REDIRECTS.has(answer.status) || !answer.location) {
    return null;
  }
  const path = resolve(answer.location, request.path);
  if (path === null) {
    return { outside: answer.location };
  }
  const keeps = answer.status === 307 || answer.status === 308;
  return keeps ? { ...request, path } : { method: request.method === "HEAD" ? "HEAD" : "GET", path };
}

/** A form that was submitted on the page at `path`, as a request; null where it leads out of the project. */
export function requestOfForm({ method, action, encoding, fields, files }, path) {
  const target = resolve(action || path, path);
  if (target === null) {
    return null;
  }
  if (method.toLowerCase() !== "post") {
    const query = new URLSearchParams([...fields, ...files.map((file) => [file.name, file.filename])]).toString();
    return { method: "GET", path: `${target.split("?")[0]}${query ? `?${query}` : ""}` };
  }
  return { method: "POST", path: target, form: fields, files, encoding };
}

/** What was typed as a body: JSON where it looks so, otherwise a form. */
export function bodyOf(text) {
  if (!text.trim()) {
    return {};
  }
  if (/^\s*[[{]/.test(text)) {
    return { body: text, headers: { "content-type": "application/json" } };
  }
  return { form: [...new URLSearchParams(text.trim())] };
}

/** A message of the frame, or null for what is not one of ours in every part. */
export function readFrameMessage(event, frameWindow) {
  const { data } = event;
  if (event.source !== frameWindow || event.origin !== "null" || typeof data !== "object" || data === null) {
    return null;
  }
  const text = (value) => typeof value === "string" && value.length < 10_000;
  if (data.type === "preview:ready") {
    return { type: "ready" };
  }
  if (data.type === "preview:go" && text(data.href)) {
    return { type: "go", href: data.href };
  }
  const pairs = Array.isArray(data.fields) && data.fields.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string"));
  if (data.type === "preview:submit" && [data.method, data.action, data.encoding].every(text) && pairs && Array.isArray(data.files)) {
    const { method, action, encoding, fields, files } = data;
    return { type: "submit", method, action, encoding, fields, files };
  }
  return null;
}

/** Back and forward. `visit` forgets what was ahead, as every browser does. */
export function createHistory() {
  let entries = [];
  let at = -1;
  return {
    visit(request) {
      entries = [...entries.slice(0, at + 1), request];
      at = entries.length - 1;
    },
    /** The page that shows is really at this address, after a redirect. */
    settle(request) {
      entries[at] = request;
    },
    move(step) {
      at = Math.max(0, Math.min(entries.length - 1, at + step));
      return entries[at] ?? null;
    },
    now: () => entries[at] ?? null,
    canGo: (step) => at + step >= 0 && at + step < entries.length,
    clear() {
      entries = [];
      at = -1;
    },
  };
}
