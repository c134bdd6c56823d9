export class HttpError extends Error {
  constructor(message, status, data = {}) {
    super(message);
    this.status = status;
    this.data = data;
  }
}

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export async function getJson(url, fetcher = fetch) {
  return readAnswer(await fetcher(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }));
}

export async function postJson(url, data, fetcher = fetch) {
  return readAnswer(await send("POST", url, data, fetcher));
}

export async function putJson(url, data, fetcher = fetch) {
  return readAnswer(await send("PUT", url, data, fetcher));
}

/** What a POST answers, as a file. */
export async function postForBlob(url, data, fetcher = fetch) {
  const response = await send("POST", url, data, fetcher);
  return response.ok ? response.blob() : readAnswer(response);
}

function send(method, url, data, fetcher) {
  return fetcher(url, {
    method,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
    credentials: "same-origin",
    body: JSON.stringify(data),
  });
}

/** The JSON of a response; HttpError with the server's own sentence, or ours where it sent none. */
async function readAnswer(response) {
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  if (response.ok && isJson) {
    return response.json();
  }
  if (response.status === 204) {
    return null;
  }
  if (response.ok) {
    throw new HttpError("The server answered, but not with what this page understands.", response.status);
  }
  const told = isJson ? await response.json() : {};
  throw new HttpError(told.error || defaultMessage(response.status), response.status, told);
}

const MESSAGES = {
  403: "The server did not accept this page's token: it is old, or you signed in or out in another tab. Reload the page; your code stays.",
  404: "There is no such exercise any more. Reload the page.",
  413: "That is too large to send.",
  429: "Too many attempts in a short time. Wait a little.",
};

function defaultMessage(status) {
  if (status >= 500) {
    return `The server failed (${status}). That is our fault; your code stays here. Try again in a moment.`;
  }
  return MESSAGES[status] ?? `The server refused (${status}).`;
}
