// What every page of the client needs: a place for tokens, their anatomy, and requests that are shown.
const home = document.body.dataset.home;
const WALLET = `kestrel:${home}`; // another persona's path, another wallet

const clock = document.getElementById("clock");
const started = performance.now();

export const now = () => Number(clock.dataset.now) + Math.floor((performance.now() - started) / 1000);

setInterval(() => {
  clock.textContent = `${new Date(now() * 1000).toLocaleString("en-GB", { weekday: "short", timeZone: "UTC" })} ${new Date(now() * 1000).toISOString().slice(11, 19)}`;
}, 1000);

export const wallet = {
  read: () => JSON.parse(sessionStorage.getItem(WALLET) ?? "{}"),
  write: (change) => sessionStorage.setItem(WALLET, JSON.stringify({ ...wallet.read(), ...change })),
};

// region: decode
function read(part) {
  const letters = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

export function decode(token) {
  const [header, payload] = token.split(".");
  return { header: read(header), payload: read(payload) };
}
// endregion: decode

export const encode = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function segments(token) {
  const kinds = ["part-header", "part-payload", "part-signature"];
  return token.split(".").flatMap((part, place) => [...(place ? ["."] : []), element("span", { class: kinds[place] ?? "" }, part)]);
}

// Sends it, shows it, and gives back { status, body }.
export async function ask(method, path, { token, scheme = "Bearer", json, withCsrf = false, withCookies = false } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `${scheme} ${token}`;
  if (json) headers["Content-Type"] = "application/json";
  if (withCsrf) headers["X-CSRFToken"] = document.body.dataset.csrf;
  // Without cookies the site knows this visitor by a ticket in the address.
  const ticket = withCookies ? "" : `?${document.body.dataset.ticket}`;
  const answer = await fetch(`${home}api/${path}${ticket}`, {
    method, headers, body: json && JSON.stringify(json), credentials: withCookies ? "same-origin" : "omit",
  });
  const text = await answer.text();
  show({ method, path, headers, withCookies, json, answer, text });
  return { status: answer.status, body: text ? JSON.parse(text) : null };
}

function show({ method, path, headers, withCookies, json, answer, text }) {
  const request = element("pre", { class: "wire", tabindex: "0", "aria-label": "The request" }, `${method} ${home}api/${path}\n`);
  for (const [name, value] of Object.entries(headers)) {
    const [scheme, token] = value.split(" ");
    request.append(`${name}: `, ...(name === "Authorization" && token.includes(".") ? [`${scheme} `, ...segments(token)] : [value]), "\n");
  }
  if (withCookies) request.append("Cookie: (whatever the browser has for this path)\n");
  if (json) request.append(`\n${JSON.stringify({ ...json, ...("password" in json ? { password: "••••••" } : {}) }, null, 2)}`);
  const lines = ["www-authenticate", "x-queries", "content-type"].filter((name) => answer.headers.has(name))
    .map((name) => `${name}: ${answer.headers.get(name)}`);
  const body = text ? `\n\n${JSON.stringify(JSON.parse(text), null, 2)}` : "";
  document.getElementById("answer").replaceChildren(
    request,
    element("p", { class: `status ${answer.ok ? "good" : "bad"}` }, `${answer.status} ${answer.statusText}`),
    element("pre", { class: "wire", tabindex: "0", "aria-label": "The answer" }, lines.join("\n") + body),
  );
}
