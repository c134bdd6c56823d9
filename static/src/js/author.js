// What Wagtail's admin gets from us: the file editor of exercises, Markdown's tools, progress while it is graded.
import htmx from "htmx.org";
import { upgradeFiles } from "./author/files.js";

htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
// It stops asking at 286, and shows what came.
document.querySelectorAll("textarea[data-author-files]").forEach(upgradeFiles);
