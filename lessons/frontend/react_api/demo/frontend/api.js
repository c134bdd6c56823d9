/* Requests to the API, and what became of each of them. */

const listeners = new Set();

/** Calls `listener(line)` for every request that ends. Answers with what takes it off again. */
export function watchRequests(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// region: request
export class ApiError extends Error {
  constructor(status, data) {
    super(data?.detail ?? `The server answered ${status}.`);
    this.status = status; // 0: there was no answer at all
    this.data = data;
  }
}

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

/** The answer's JSON. Throws ApiError, for fetch() itself takes a 500 for a success. */
export async function request(method, path, { body, version, token = true } = {}) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (method !== "GET" && token) headers["X-CSRFToken"] = csrfToken();
  if (version) headers["If-Match"] = `"${version}"`;
  const began = performance.now();
  let status = 0;
  try {
    const sent = body && JSON.stringify(body);
    const response = await fetch(path, { method, headers, body: sent });
    status = response.status;
    const isJson = response.headers.get("Content-Type")?.includes("json");
    const data = isJson ? await response.json() : null;
    if (!response.ok) throw new ApiError(status, data);
    return data;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(0, { detail: "There was no answer." });
  } finally {
    const ms = Math.round(performance.now() - began);
    const { pathname } = new URL(path, location);
    const line = { method, path: pathname, status, ms };
    listeners.forEach((listener) => listener(line));
  }
}
// endregion: request
