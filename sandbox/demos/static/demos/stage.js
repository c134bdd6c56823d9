/* The stage: a small browser on the demo, its missions, its mailbox, and the X-ray of what Django does. */
import { mountXray } from "../xray/panel.js";
import { mountBrowser } from "./browser.js";
import { mountMailbox } from "./mailbox.js";
import { xrayTools } from "./xray-tools.js";

const { prefix, start, lms } = document.body.dataset;
const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;
const toast = document.querySelector("#toast");
const unread = document.querySelector("#unread");
const mailButton = document.querySelector("#mail-button");

const browsers = [...document.querySelectorAll(".browser")].map((section) => mountBrowser(section, prefix));
const xray = mountXray(document.querySelector("#xray"), xrayTools(browsers));
const mailbox = mountMailbox(document.querySelector("#mailbox"), { csrf, open: openFromMail });
const told = new Set();
let mailSeen = null;
let done = null; // the missions that were done when we last heard; null before that

function say(text) {
  toast.textContent = text;
}

function tell(message) {
  if (window.parent !== window) window.parent.postMessage(message, lms);
}

function openFromMail(path) {
  const fitting = browsers.find((browser) => browser.owns(path));
  if (!fitting) return say("That link leads out of this demo.");
  if (fitting.persona > 1) showBrowsers(2);
  fitting.go(path);
}

function showBrowsers(number) {
  document.body.classList.toggle("two", number === 2);
  browsers[1].show(number === 2);
  for (const button of document.querySelectorAll("[data-browsers]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.browsers) === number));
  }
}

function showState(state) {
  for (const mission of state.missions) {
    // Where the lesson frames us, the list stands on the lesson's page.
    const item = document.querySelector(`[data-mission="${mission.slug}"]`);
    item?.classList.toggle("done", mission.done);
    if (item) item.querySelector(".mission-state").textContent = mission.done ? "(done)" : "";
    if (mission.done && done !== null && !done.has(mission.slug)) say(`Mission done: ${mission.title.replaceAll("`", "")}`);
    if (mission.receipt && !told.has(mission.slug)) {
      told.add(mission.slug);
      tell({ type: "stage:mission", mission: mission.slug, receipt: mission.receipt });
    }
    if (!mission.done) told.delete(mission.slug);
  }
  done = new Set(state.missions.filter((mission) => mission.done).map((mission) => mission.slug));
  unread.hidden = state.mail.unread === 0;
  unread.textContent = state.mail.unread;
  unread.setAttribute("aria-label", `${state.mail.unread} unread`);
  const mail = `${state.mail.total} ${state.mail.unread}`;
  // Also at the first telling: the box may have been opened, and the letter sent, before it came.
  if (mail !== mailSeen) mailbox.refresh();
  mailSeen = mail;
}

function listen() {
  const events = new EventSource("events");
  events.addEventListener("trace", (event) => xray.add(JSON.parse(event.data)));
  events.addEventListener("state", (event) => showState(JSON.parse(event.data)));
  events.addEventListener("reset", () => xray.clear());
}

async function reset(event) {
  event.preventDefault();
  const response = await fetch("reset", { method: "POST", headers: { "X-CSRFToken": csrf } });
  if (!response.ok) return say("The reset did not work. Reload this page and try again.");
  xray.clear();
  showState(await response.json());
  for (const browser of browsers) browser.restart();
  say("Reset: the app is as it was on the first day.");
}

for (const button of document.querySelectorAll("[data-browsers]")) {
  button.addEventListener("click", () => showBrowsers(Number(button.dataset.browsers)));
}
mailButton.addEventListener("click", () => {
  mailButton.setAttribute("aria-expanded", String(mailbox.toggle()));
});
document.querySelector("#reset-form").addEventListener("submit", reset);
// The lesson's page may choose the theme and filter the X-ray; nobody else may say anything here.
window.addEventListener("message", (event) => {
  if (event.origin !== lms) return;
  const { type, theme, filter } = event.data ?? {};
  if (type === "stage:theme" && ["light", "dark"].includes(theme)) document.documentElement.dataset.theme = theme;
  if (type === "stage:filter") showFiltered(filter);
});

function showFiltered(filter) {
  try {
    xray.filter(filter);
  } catch (error) {
    return say(error.message);
  }
  // The lesson's page scrolls here and gives us the focus: a framed page cannot take either. Only then can it go on
  // to the button.
  const button = document.querySelector("#xray .xray-filter button");
  const goOn = () => button.focus({ preventScroll: true });
  if (document.hasFocus()) goOn();
  else window.addEventListener("focus", goOn, { once: true, signal: AbortSignal.timeout(2000) });
  const top = document.querySelector(".stage-xray").getBoundingClientRect().top + window.scrollY;
  tell({ type: "stage:reveal", top: Math.round(top) });
}

new ResizeObserver(() => {
  tell({ type: "stage:height", height: Math.ceil(document.body.getBoundingClientRect().height) });
}).observe(document.body);
browsers[0].begin(start);
listen();
// They are disabled in the page: a click before this script has come would be lost.
for (const button of document.querySelectorAll(".stage-bar button:disabled")) button.disabled = false;
