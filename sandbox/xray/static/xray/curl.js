/* A recorded request as a command for a shell, and as the text of a form that sends it again. */

export const MASK = "••••••";

// What curl sets by itself, and what only says that a browser was asking.
const NOT_COPIED = /^(host|content-length|connection|cookie|accept-encoding|user-agent|origin|dnt|priority|pragma|cache-control|upgrade-insecure-requests|x-xray-resend|sec-.*)$/;
// What a page may not set: https://fetch.spec.whatwg.org/#forbidden-request-header
const FORBIDDEN = /^(accept-charset|accept-encoding|access-control-.*|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via|proxy-.*|sec-.*)$/;
const METHOD = /^[A-Z]{3,10}$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const SAFE_METHODS = ["GET", "HEAD", "OPTIONS", "TRACE"];

/** {command, notes}: notes say what has to be filled in or was left out. */
export function curlOf(trace, origin) {
  const { method, headers, cookies, form, body } = trace.request;
  const multipart = contentType(headers).startsWith("multipart/");
  const notes = [];
  const words = ["curl"];
  const line = [`${quoted(origin + addressOf(trace.request))}`];
  if (method === "HEAD") words.push("--head");
  else if (method !== (form || body ? "POST" : "GET")) words.push(`--request ${method}`);
  for (const [name, value] of headers) {
    if (NOT_COPIED.test(name) || (multipart && name === "content-type")) continue;
    line.push(`--header ${quoted(`${name}: ${value}`)}`);
  }
  if (Object.keys(cookies).length) {
    line.push(`--cookie ${quoted(Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join("; "))}`);
  }
  for (const [name, values] of Object.entries(form ?? {})) {
    for (const value of values) {
      if (value.startsWith("(a file: ")) notes.push(`${name} was a file: add --form ${name}=@PATH.`);
      else if (multipart) line.push(`--form-string ${quoted(`${name}=${value}`)}`);
      else line.push(`--data-urlencode ${quoted(`${name}=${value}`)}`);
    }
  }
  if (body) line.push(`--data-raw ${quoted(body)}`);
  if (hasMask(trace.request)) notes.push(`Passwords are not kept: write yours where ${MASK} stands.`);
  return { command: `${words.join(" ")} ${line.join(" \\\n  ")}`, notes };
}

/** The same request as text to be edited: {method, path, headers, body}. */
export function draftOf(trace) {
  const { method, headers, form, body } = trace.request;
  const kept = headers.filter(([name]) => !FORBIDDEN.test(name) && !/^(user-agent|x-csrftoken|x-xray-resend|priority|pragma|cache-control|upgrade-insecure-requests)$/.test(name));
  const shown = kept.map(([name, value]) =>
    form && name === "content-type" ? "content-type: application/x-www-form-urlencoded" : `${name}: ${value}`,
  );
  return { method, path: addressOf(trace.request), headers: shown.join("\n"), body: form ? encodedForm(form) : (body ?? "") };
}

/** What was written as {method, path, headers, body} for fetch; throws an Error with a sentence for the writer. */
export function readDraft({ method, path, headers, body }) {
  const verb = method.trim().toUpperCase();
  if (!METHOD.test(verb) || ["CONNECT", "TRACE", "TRACK"].includes(verb)) throw new Error("Browsers do not send this method.");
  if (body && ["GET", "HEAD"].includes(verb)) throw new Error(`Browsers send no body with ${verb}.`);
  if (body.includes(MASK)) throw new Error(`Passwords are not kept: write one where ${MASK} stands.`);
  const rows = headers.split("\n").filter((row) => row.trim()).map(readHeader);
  return { method: verb, path: path.trim(), headers: rows, body: body || null };
}

export function needsToken(method) {
  return !SAFE_METHODS.includes(method.trim().toUpperCase());
}

function readHeader(row) {
  const colon = row.indexOf(":");
  const name = row.slice(0, colon).trim().toLowerCase();
  if (colon < 1 || !HEADER_NAME.test(name)) throw new Error(`A header is "name: value", not "${row.trim()}".`);
  if (FORBIDDEN.test(name)) throw new Error(`Browsers do not let a page set ${name}.`);
  return [name, row.slice(colon + 1).trim()];
}

function encodedForm(form) {
  return Object.entries(form)
    .filter(([name]) => name !== "csrfmiddlewaretoken")
    .flatMap(([name, values]) => values.map((value) => `${encodeURIComponent(name)}=${value === MASK ? MASK : encodeURIComponent(value)}`))
    .join("&");
}

function hasMask({ form, body }) {
  return Object.values(form ?? {}).some((values) => values.includes(MASK)) || Boolean(body?.includes(MASK));
}

function addressOf({ path, query }) {
  // A trace has the path as Django gives it to a view: decoded.
  const encoded = encodeURI(path).replaceAll("?", "%3F").replaceAll("#", "%23");
  return query ? `${encoded}?${query}` : encoded;
}

function contentType(headers) {
  return headers.find(([name]) => name === "content-type")?.[1] ?? "";
}

function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
