import { h, icon } from "../lib/dom.js";

/** Say what went wrong with something that was sent in the background: the server's own words where it has some. */
export function showProblem(xhr) {
  const plain = xhr?.getResponseHeader("content-type")?.startsWith("text/plain");
  const text = plain ? xhr.responseText : fallback(xhr);
  document.getElementById("messages")?.replaceChildren(h("p", { class: "message message-error" }, icon("alert"), h("span", {}, text)));
}

function fallback(xhr) {
  if (!xhr) {
    return "The server cannot be reached. Nothing was saved; try again.";
  }
  if (xhr.status === 403) {
    return "This page is too old to be accepted. Reload it and try again.";
  }
  return `The server could not take that (${xhr.status}). Nothing was saved; try again in a moment.`;
}
