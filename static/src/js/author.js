// What Wagtail's admin gets from us: the file editor of exercises, Markdown's tools, previews, progress while it is graded.
import htmx from "htmx.org";
import { waitForSlug } from "./author/autosave.js";
import { upgradeAll } from "./author/fields.js";
import { upgradeFiles } from "./author/files.js";
import { nameChosen } from "./author/lessons.js";
import { addTools } from "./author/markdown.js";
import { addPreview } from "./author/previews.js";
import { offerExercises, offerSources } from "./author/sources.js";

htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
waitForSlug(document);
upgradeAll("textarea[data-author-files]", upgradeFiles);
upgradeAll("[data-author-lessons]", nameChosen);
upgradeAll("textarea[data-author-markdown]", addTools);
upgradeAll("input[data-author-sources]", offerSources);
upgradeAll("input[data-author-exercises]", offerExercises);
upgradeAll("input[type=hidden][name^=body-][name$=-type]", addPreview);
