import htmx from "htmx.org";
import { startCopyButtons } from "../app/copy-code.js";
import { showLocalTimes } from "../app/local-times.js";
import { showProblem } from "./problems.js";
import { csrfToken } from "../lib/http.js";

/** The parts of a lesson that the server draws anew: answers of the quiz, the mark at the end of the text. */
export function startFragments(root) {
  root.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  root.addEventListener("htmx:responseError", (event) => showProblem(event.detail.xhr));
  root.addEventListener("htmx:sendError", () => showProblem(null));
  htmx.onLoad((element) => {
    startCopyButtons(element);
    showLocalTimes(element);
  });
}
