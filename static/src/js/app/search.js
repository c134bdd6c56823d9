import { h, icon } from "../lib/dom.js";
import { isTyping } from "../lib/keys.js";

const PAUSE = 180; // ms without a keystroke before the server is asked

/**
 * `/` and the header's link open the search over the page; on the page of results they lead to its field. Without a
 * script the link leads to that page.
 */
export function startSearch(root = document) {
  const link = root.querySelector("[data-search-open]");
  const form = root.querySelector("[data-search]");
  if (form) {
    followTyping(form, root.querySelector("[data-search-results]"), { remember: true });
  }
  let dialog = null;
  const open = () => {
    if (form) {
      form.elements.q.select();
      return;
    }
    dialog ??= createDialog(link.href);
    if (!dialog.open) {
      dialog.showModal();
      dialog.querySelector("input").select();
    }
  };
  link?.addEventListener("click", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open();
    }
  });
  root.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
    if (event.key === "/" && plain && link && !isTyping(event.target) && !root.querySelector("dialog[open]")) {
      event.preventDefault();
      open();
    }
  });
}

function createDialog(address) {
  const input = h("input", { class: "search-input", type: "search", name: "q", maxlength: "120", autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-label": "Search the lessons", placeholder: "Search the lessons" });
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => dialog.close() }, icon("cross"));
  const form = h("form", { class: "search-form", role: "search", action: address }, icon("search"), input, close);
  const results = h("div", { class: "search-results", tabindex: "-1" });
  const keys = h("p", { class: "search-keys" }, h("kbd", {}, "↑"), " ", h("kbd", {}, "↓"), " choose · ", h("kbd", {}, "Enter"), " opens · ", h("kbd", {}, "Esc"), " closes");
  const dialog = h("dialog", { class: "search-dialog", "aria-label": "Search the lessons" }, form, results, keys);
  dialog.addEventListener("click", (event) => {
    // The backdrop belongs to the dialog; a link into the page that is open leaves the dialog behind.
    if (event.target === dialog || event.target.closest("[data-result]")) {
      dialog.close();
    }
  });
  dialog.addEventListener("keydown", (event) => {
    // In a field for searching, browsers take the first Escape for emptying it.
    if (event.key === "Escape") {
      event.preventDefault();
      dialog.close();
    }
  });
  document.body.append(dialog);
  followTyping(form, results).ask();
  return dialog;
}

/** Ask while typing, show the answer to the latest question, and let the arrows walk through the results. */
function followTyping(form, results, { remember = false, fetcher = fetch } = {}) {
  const input = form.elements.q;
  let timer = null;
  let asking = null;

  async function ask() {
    clearTimeout(timer);
    asking?.abort();
    asking = new AbortController();
    const url = new URL(form.action);
    url.searchParams.set("q", input.value);
    try {
      const answer = await fetcher(`${url}&part=results`, { signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok) {
        throw new Error(`The server answered ${answer.status}.`);
      }
      results.innerHTML = await answer.text();
      if (remember) {
        window.history.replaceState(null, "", url);
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        results.replaceChildren(h("p", { class: "message message-error", role: "status" }, icon("alert"), h("span", {}, `The search does not answer. ${error.message}`)));
      }
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Enter leads to the best result; Enter there opens it.
    ask().then(() => results.querySelector("[data-result]")?.focus());
  });
  const walk = (event) => {
    const links = [...results.querySelectorAll("[data-result]")];
    const next = step(links.length, links.indexOf(document.activeElement), event.key);
    if (next !== null) {
      event.preventDefault();
      (links[next] ?? input).focus();
    }
  };
  form.addEventListener("keydown", walk);
  results.addEventListener("keydown", walk);
  return { ask };
}

/** The index of the link that an arrow leads to, -1 for the field; null for a key that leads nowhere. */
export function step(length, at, key) {
  if (key === "ArrowDown") {
    return Math.min(length - 1, at + 1);
  }
  return key === "ArrowUp" ? Math.max(-1, at - 1) : null;
}
