// Frames as wide as a window would be, drawn as small as there is room; and the form sent while one types.
const GAP = 16;
const WAIT = 450; // ms without a keystroke

function fit(screens) {
  const room = screens.clientWidth;
  const figures = [...screens.querySelectorAll("[data-screen]")];
  const small = figures.slice(0, 2).reduce((sum, figure) => sum + Number(figure.dataset.screen), 0);
  const abreast = figures.length > 1 && room > 520 ? Math.min(1, (room - GAP) / small) : 0;
  screens.style.gridTemplateColumns = abreast ? figures.slice(0, 2).map((figure) => `${figure.dataset.screen}fr`).join(" ") : "";
  figures.forEach((figure, i) => {
    figure.style.gridColumn = abreast && i > 1 ? "1 / -1" : "";
    scale(figure, abreast && i < 2 ? abreast : Math.min(1, room / Number(figure.dataset.screen)));
  });
}

function scale(figure, by) {
  const frame = figure.querySelector("iframe");
  const screen = frame.parentElement;
  const inside = frame.contentDocument?.documentElement;
  screen.style.setProperty("--scale", by);
  screen.style.overflow = "hidden";
  screen.style.setProperty("--high", "0px");
  if (inside) screen.style.setProperty("--high", `${Math.max(180, inside.scrollHeight)}px`);
}

function fitAll() {
  for (const screens of document.querySelectorAll("[data-screens]")) fit(screens);
  for (const figure of document.querySelectorAll("figure[data-screen]")) {
    if (!figure.closest("[data-screens]")) scale(figure, Math.min(1, figure.clientWidth / Number(figure.dataset.screen)));
  }
}

function watch(root) {
  for (const frame of root.querySelectorAll("iframe")) frame.addEventListener("load", fitAll);
  fitAll();
}

/** The form's answer takes the place of the result; the caret stays where it is. */
async function send(form, state) {
  const mine = (state.turn += 1);
  const response = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const result = page.getElementById("result");
  if (mine !== state.turn || !result) return;
  const old = document.getElementById("result");
  const open = new Set([...old.querySelectorAll("details[open] summary code")].map((code) => code.textContent));
  for (const details of result.querySelectorAll("details")) details.open = open.size ? open.has(details.querySelector("code").textContent) : details.open;
  old.replaceChildren(...result.childNodes);
  watch(old);
}

const form = document.querySelector("form[data-live]");
if (form) {
  const state = { turn: 0, timer: 0 };
  const soon = (wait) => {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => send(form, state).catch(() => form.submit()), wait);
  };
  form.addEventListener("input", (event) => soon(event.target.type === "radio" ? 0 : WAIT));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    soon(0);
  });
  // What was typed before this script was there, or kept by the browser across a reload.
  if ([...form.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue)) soon(WAIT);
}
addEventListener("resize", fitAll);
watch(document);
