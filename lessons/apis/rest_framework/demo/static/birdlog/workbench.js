// The request builder: puts a request together, sends it with fetch(), and shows all that came back.
const bench = document.getElementById("bench");
const root = bench.dataset.root; // where the API begins
const method = document.getElementById("method");
const path = document.getElementById("path");
const body = document.getElementById("body");
const answer = document.getElementById("answer");
const beside = document.getElementById("beside");

const SHOWN = ["allow", "content-type", "vary", "www-authenticate", "retry-after", "location", "content-length"];

function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.split("=")[1] ?? "";
}

function toggleBody() {
  document.getElementById("body-field").hidden = !["POST", "PUT", "PATCH"].includes(method.value);
}

function fill(preset) {
  method.value = preset.method;
  path.value = preset.path;
  body.value = preset.body;
  toggleBody();
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  Object.assign(made, attributes);
  return made;
}

// Addresses within the API become buttons that put them into the builder.
function laidOut(text) {
  const pre = element("pre", "", { className: "json", tabIndex: 0 });
  const home = new URL(root, location.href).href;
  for (const part of text.split(/("https?:[^"]+")/)) {
    const inside = part.startsWith(`"${home}`) ? JSON.parse(part).slice(home.length) : null;
    if (inside === null) { pre.append(part); continue; }
    const go = element("button", part, { type: "button", className: "follow", title: "Put this address into the builder" });
    go.addEventListener("click", () => { fill({ method: "GET", path: inside, body: "" }); method.form.requestSubmit(); });
    pre.append(go);
  }
  return pre;
}

async function send(event) {
  event.preventDefault();
  const headers = { Accept: "application/json" };
  const options = { method: method.value, headers, credentials: "same-origin" };
  if (document.getElementById("token").checked) headers["X-CSRFToken"] = cookie("csrftoken");
  if (!document.getElementById("body-field").hidden) {
    headers["Content-Type"] = "application/json";
    options.body = body.value;
  }
  const started = performance.now();
  const response = await fetch(root + path.value, options);
  const text = await response.text();
  const took = Math.round(performance.now() - started);
  const status = element("p", `${response.status} ${response.statusText}`.trim(), { className: `status s${Math.floor(response.status / 100)}` });
  status.append(element("span", ` ${method.value} ${path.value || "/"}, ${took} ms`, { className: "muted" }));
  const list = element("dl", "", { className: "headers" });
  for (const name of SHOWN) {
    if (response.headers.has(name)) list.append(element("dt", name), element("dd", response.headers.get(name)));
  }
  let shown = text;
  try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* an empty answer, or no JSON */ }
  answer.replaceChildren(status, list, laidOut(shown || "(no body)"));
}

function compose() {
  const form = new FormData(document.getElementById("query"));
  const query = new URLSearchParams([...form].filter(([, value]) => value !== ""));
  fill({ method: "GET", path: `sightings/${query.size ? `?${query}` : ""}`, body: "" });
}

document.getElementById("builder").addEventListener("submit", send);
method.addEventListener("change", toggleBody);
document.getElementById("query").addEventListener("input", compose);
document.getElementById("query").addEventListener("submit", (event) => { event.preventDefault(); compose(); document.getElementById("builder").requestSubmit(); });
document.getElementById("open").addEventListener("click", () => { beside.src = root + path.value; });
for (const button of document.querySelectorAll("[data-preset]")) {
  button.addEventListener("click", () => fill(JSON.parse(button.dataset.preset)));
}
toggleBody();
