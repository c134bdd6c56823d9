import { html } from "@codemirror/lang-html";
import { linter } from "@codemirror/lint";
import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, ViewPlugin } from "@codemirror/view";
import { templateProblems } from "./template-tags.js";

const TAGS = /\{%[^\n]*?%\}|\{\{[^\n]*?\}\}|\{#[^\n]*?#\}/g;
const tag = Decoration.mark({ class: "cm-django-tag" });
const comment = Decoration.mark({ class: "cm-django-comment" });

/** HTML, and what Django's template engine reads in it. */
export function language() {
  return [html({ autoCloseTags: true }), templateTags, templateMarks];
}

const templateTags = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = marksIn(view);
    }

    update(update) {
      if (update.docChanged || update.viewportChanged) {
        this.decorations = marksIn(update.view);
      }
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function marksIn(view) {
  const builder = new RangeSetBuilder();
  for (const { from, to } of view.visibleRanges) {
    for (const match of view.state.sliceDoc(from, to).matchAll(TAGS)) {
      const start = from + match.index;
      builder.add(start, start + match[0].length, match[0].startsWith("{#") ? comment : tag);
    }
  }
  return builder.finish();
}

const templateMarks = linter((view) => templateProblems(view.state.doc.toString()).map((found) => ({ ...found, severity: "error" })), { delay: 600 });
