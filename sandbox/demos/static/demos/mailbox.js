/* The demo's mail, as its reader would see it. Links open in the stage's browsers. */
import { el } from "../xray/format.js";

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/g;

export function mountMailbox(section, { csrf, open }) {
  let asked = 0;

  async function refresh() {
    if (section.hidden) return;
    const turn = ++asked;
    const response = await fetch("mail/");
    if (turn !== asked) return; // asked again meanwhile: the later answer counts, whichever comes first
    if (!response.ok) {
      section.replaceChildren(el("p", { class: "empty" }, "The mailbox could not be read."));
      return;
    }
    const { mail } = await response.json();
    if (turn !== asked) return;
    const opened = new Set([...section.querySelectorAll("details[open]")].map((details) => details.dataset.letter));
    section.replaceChildren(
      mail.length
        ? el("ul", { class: "letters" }, mail.map((letter) => letterItem(letter, opened.has(letter.id))))
        : el("p", { class: "empty" }, "No mail yet. What the app sends arrives here, and nowhere else."),
    );
  }

  function letterItem(letter, isOpen) {
    const body = el("div", { class: "letter-body" });
    const details = el(
      "details",
      { class: letter.read ? "letter" : "letter unread", "data-letter": letter.id },
      el(
        "summary",
        {},
        el("span", { class: "subject" }, letter.subject || "(no subject)"),
        el("span", { class: "quiet-text" }, `to ${letter.to.join(", ")}`),
        el("time", { class: "quiet-text", datetime: new Date(letter.at * 1000).toISOString() }, timeText(letter.at)),
      ),
      body,
    );
    details.addEventListener("toggle", () => {
      if (!details.open || body.hasChildNodes()) return;
      body.append(...letterBody(letter, open));
      if (!letter.read) markRead(letter, details);
    });
    details.open = isOpen;
    return el("li", {}, details);
  }

  async function markRead(letter, details) {
    const response = await fetch(`mail/${letter.id}/`, { method: "POST", headers: { "X-CSRFToken": csrf } });
    if (!response.ok) return;
    letter.read = true;
    details.classList.remove("unread");
    const { mail } = await response.json();
    const badge = document.querySelector("#unread");
    badge.hidden = mail.unread === 0;
    badge.textContent = mail.unread;
  }

  return {
    refresh,
    toggle() {
      section.hidden = !section.hidden;
      refresh();
      return !section.hidden;
    },
  };
}

function letterBody(letter, open) {
  const parts = [el("p", { class: "quiet-text" }, `from ${letter.sender}`)];
  if (letter.text) parts.push(el("pre", { class: "letter-text" }, linked(letter.text, open)));
  if (letter.html) {
    // allow-same-origin without allow-scripts: nothing in the letter runs, and this page may listen to its links.
    const frame = el("iframe", {
      class: "letter-html",
      title: `The letter "${letter.subject}" as HTML`,
      sandbox: "allow-same-origin",
      src: `mail/${letter.id}/html`,
    });
    frame.addEventListener("load", () => tend(frame, open));
    parts.push(frame);
  }
  return parts;
}

function tend(frame, open) {
  const letter = frame.contentDocument;
  const content = letter.body.getBoundingClientRect();
  frame.style.height = `${Math.min(600, Math.ceil(content.bottom + content.top) + 4)}px`;
  letter.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    event.preventDefault();
    follow(link.href, open);
  });
}

function follow(address, open) {
  const url = new URL(address, location.href);
  open(url.origin === location.origin ? url.pathname + url.search : address);
}

function linked(text, open) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const link = el("a", { href: match[0] }, match[0]);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      follow(match[0], open);
    });
    nodes.push(text.slice(end, match.index), link);
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
}

function timeText(at) {
  return new Date(at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
