import { h, icon } from "../lib/dom.js";
import { caused, showValue } from "./caused.js";
import { problemBox } from "./problem-box.js";

const IMPORT = /^(from\s+[\w.]+\s+import\s+[\w*, ]+|import\s+[\w., ]+)$/;

/** Python in the booted project. Every entry begins afresh, but imports that worked stay. */
export function createConsole(root, { preview, currentFiles, onPlace, sentence }) {
  const input = root.querySelector("textarea");
  const log = root.querySelector("[data-console-log]");
  const entries = [];
  const imports = new Set();
  let at = 0;
  let answered = Promise.resolve();

  /** Show what was entered at once; who types faster than the project answers is answered in order. */
  function run() {
    const source = input.value.trim();
    if (!source) {
      return;
    }
    entries.push(source);
    at = entries.length;
    input.value = "";
    const item = h("li", { class: "console-entry" }, h("pre", { class: "console-in" }, source));
    log.append(item);
    answered = answered.then(() => answer(item, source));
  }

  async function answer(item, source) {
    try {
      const booted = preview.hasFiles() ? null : await preview.run(currentFiles());
      item.append(...answerParts(booted?.problem ? booted : await preview.evaluate(withImports(source, imports)), onPlace));
      if (IMPORT.test(source) && !item.querySelector(".problem-box")) {
        imports.add(source);
      }
    } catch (error) {
      item.append(h("p", { class: "message message-error" }, icon("alert"), h("span", {}, sentence(error))));
    } finally {
      log.scrollTop = log.scrollHeight;
    }
  }

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      run();
    }
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step && !input.value.includes("\n")) {
      event.preventDefault();
      at = Math.max(0, Math.min(entries.length, at + step));
      input.value = entries[at] ?? "";
    }
  });
}

/** The source with earlier imports before it, on the line where it begins so that line numbers stay. */
export function withImports(source, imports) {
  const first = source.split("\n")[0].trim();
  const compound = /^(@|(async|class|def|for|if|match|try|while|with)\b)/.test(first);
  return [...imports, ""].join(compound ? "\n" : "; ") + source;
}

function answerParts(answer, onPlace) {
  const failed = answer.problem ?? answer.exception;
  return [
    answer.output ? h("pre", { class: "console-print" }, answer.output) : null,
    ...caused(answer, onPlace),
    failed ? problemBox(failed, answer.problem ? "Your project does not run." : "It raised an error.", onPlace) : null,
    !failed && answer.value !== null && answer.value !== undefined ? h("pre", { class: "console-out" }, showValue(answer.value)) : null,
  ].filter(Boolean);
}
