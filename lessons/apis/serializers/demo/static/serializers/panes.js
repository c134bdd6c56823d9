// Sends the body to the bench whenever the writer pauses, and shows what came of it.
import { placesOf } from "./places.js";

const panes = document.getElementById("panes");
const [kind, target, method, body, gutter, verdict, at, rows, steps] = [
  "kind", "target", "method", "body", "gutter", "verdict", "at", "rows", "steps",
].map((id) => document.getElementById(id));
let waiting = 0;
let latest = 0;

function made(name, text = "", attributes = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, attributes);
}

function address() {
  const base = panes.dataset.bench.replace("/kind/", `/${kind.value}/`);
  return target.value ? `${base}${target.value}/` : base;
}

function number(bad = new Set()) {
  const count = body.value.split("\n").length;
  gutter.replaceChildren(...Array.from({ length: count }, (_, line) =>
    made("span", String(line + 1), bad.has(line + 1) ? { className: "bad" } : {})));
  gutter.scrollTop = body.scrollTop;
}

const lineOf = (offset) => body.value.slice(0, offset).split("\n").length;

function select(place) {
  body.focus();
  body.setSelectionRange(place.start, place.end);
  const height = parseFloat(getComputedStyle(body).lineHeight);
  body.scrollTop = Math.max(0, (lineOf(place.start) - 5) * height);
}

function showErrors(found) {
  const places = placesOf(body.value);
  const bad = new Set();
  at.replaceChildren(...found.map(({ path, message }) => {
    // The field itself, or what it would have to stand in.
    const rest = path.map(String);
    while (rest.length && !places.has(rest.join("\n"))) rest.pop();
    const place = places.get(rest.join("\n")) ?? { start: 0, end: 0 };
    bad.add(lineOf(place.start));
    const item = made("li");
    const button = made("button", "", { type: "button" });
    button.append(made("code", path.join(" › ")), ` ${message}`);
    button.addEventListener("click", () => select(place));
    item.append(button);
    return item;
  }));
  number(bad);
}

function brokenJson(detail) {
  const found = /line (\d+) column (\d+)/.exec(detail);
  at.replaceChildren();
  number(new Set(found ? [Number(found[1])] : []));
}

function table({ table: name, columns, rows: list }) {
  const whole = made("table");
  whole.append(made("caption", list.length ? name : `${name}: none`));
  const head = made("tr");
  head.append(made("th", "", { scope: "col" }), ...columns.map((column) => made("th", column, { scope: "col" })));
  head.firstChild.append(made("span", "State", { className: "sr" }));
  if (list.length) whole.append(made("thead"));
  whole.tHead?.append(head);
  const marks = { new: "+", gone: "−", changed: "~", same: "" };
  for (const row of list) {
    const line = made("tr", "", { className: row.state });
    line.append(made("td", marks[row.state], { className: "mark", title: row.state }));
    row.cells.forEach((cell, place) =>
      line.append(made("td", cell, row.changed.includes(columns[place]) ? { className: "changed" } : {})));
    whole.append(line);
  }
  const scroller = made("div", "", { className: "scroll", tabIndex: 0 });
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", `Rows of ${name}`);
  scroller.append(whole);
  return scroller;
}

function block(id, text) {
  document.getElementById(id).replaceChildren(made("pre", text || "Nothing."));
}

function show(told, status, kept) {
  const good = status < 300;
  verdict.className = `verdict ${good ? "good" : "bad"}`;
  if ("detail" in told) {
    verdict.textContent = `${status}: ${told.detail}`;
    brokenJson(told.detail);
    return;
  }
  showErrors(told.at ?? []);
  const count = told.at?.length ?? 0;
  verdict.textContent = good ? `${status}: valid, ${kept ? "and kept." : "saved and rolled back."}`
    : count ? `${status}: ${count} ${count === 1 ? "error" : "errors"}.` : `${status}: valid, and not to be saved.`;
  document.getElementById("raised").replaceChildren(...(told.raised ? [made("p", told.raised, { className: "raised" })] : []));
  rows.replaceChildren(...(told.rows ?? []).map(table));
  if (!told.rows) rows.replaceChildren(made("p", "Nothing was written.", { className: "muted" }));
  block("validated", told.validated);
  block("representation", told.representation && JSON.stringify(told.representation, null, 2));
  block("sql", told.sql?.join("\n\n"));
  steps.replaceChildren(...told.steps.map((step) => {
    const item = made("li", "", { className: step.failed ? "failed" : "" });
    item.style.paddingLeft = `${step.depth * 0.9}rem`;
    item.append(made("span", step.what, { className: "label" }), ` ${step.given} → ${step.became}`);
    return item;
  }));
}

async function ask(keep = false) {
  clearTimeout(waiting);
  const mine = (latest += 1);
  const response = await fetch(address() + (keep ? "?keep=1" : ""), {
    method: method.value, headers: { "Content-Type": "application/json", Accept: "application/json" }, body: body.value,
  });
  const told = await response.json();
  if (mine === latest) show(told, response.status, keep);
  if (response.status === 201) target.append(made("option", told.representation.title, { value: told.representation.id }));
}

function askSoon() {
  clearTimeout(waiting);
  number();
  waiting = setTimeout(ask, 450);
}

function document_() {
  document.getElementById("doc").textContent = kind.selectedOptions[0].dataset.doc;
}

async function aim() {
  const [post, put, patch] = method.options;
  post.disabled = Boolean(target.value);
  put.disabled = patch.disabled = !target.value;
  method.value = target.value ? "PUT" : "POST";
  if (target.value) body.value = JSON.stringify(await (await fetch(address())).json(), null, 2);
  number();
  await ask();
}

for (const button of document.querySelectorAll("[data-sample]")) {
  button.addEventListener("click", async () => {
    const sample = JSON.parse(button.dataset.sample);
    kind.value = sample.kind;
    target.value = "";
    body.value = sample.text;
    document_();
    await aim();
  });
}
body.addEventListener("input", askSoon);
body.addEventListener("scroll", () => { gutter.scrollTop = body.scrollTop; });
kind.addEventListener("change", () => { document_(); ask(); });
target.addEventListener("change", aim);
method.addEventListener("change", () => ask());
document.getElementById("keep").addEventListener("click", () => ask(true));
document.querySelector("[data-sample]").click();
