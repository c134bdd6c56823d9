// What every page has: htmx, the theme, menus and copy buttons.
import htmx from "htmx.org";
import { startCopyButtons } from "./app/copy-code.js";
import { startMenus } from "./app/menus.js";
import { showProblem } from "./app/problems.js";
import { startThemeSwitch } from "./app/theme-switch.js";
import { csrfToken } from "./lib/http.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:responseError", (event) => showProblem(event.detail.xhr));
document.addEventListener("htmx:sendError", () => showProblem(null));
htmx.onLoad((element) => startCopyButtons(element));

startThemeSwitch();
startMenus();
