import { h, icon } from "../lib/dom.js";
import { caused, showValue } from "./caused.js";
import { problemBox } from "./problem-box.js";
import { sameFiles } from "./state.js";

const IMPORT = /^(from\s+[\w.]+\s+import\s+[\w*, ]+|import\s+[\w., ]+)$/;

/**
 * Python in the booted project, which keeps what an entry names. Where it has been booted anew, imports that worked are
 * run again. Returns {drawStale(): the code may have changed}.
 */
export function createConsole(root, { preview, currentFiles, onPlace, sentence }) {
  const input = root.querySelector("textarea");
  const log = root.querySelector("[data-console-log]");
  const stale = root.querySelector("[data-console-stale]");
  const entries = [];
  const imports = new Set();
  let at = 0;
  let unsent = "";
  let answered = Promise.resolve();

  /** Show what was entered at once; who types faster than the project answers is answered in order. */
  function run() {
    const source = input.value.trim();
    if (!source) {
      return;
    }
    entries.push(source);
    at = entries.length;
    input.value = unsent = "";
    const item = h("li", { class: "console-entry", "aria-busy": "true" }, h("pre", { class: "console-in" }, source), h("p", { class: "console-wait" }, "Running …"));
    log.append(item);
    log.scrollTop = log.scrollHeight;
    answered = answered.then(() => answer(item, source));
  }

  async function answer(item, source) {
    try {
      const answer = await evaluate(source);
      item.append(...answerParts(answer, onPlace));
      if (IMPORT.test(source) && !item.querySelector(".problem-box")) {
        imports.add(source);
      }
    } catch (error) {
      item.append(h("p", { class: "message message-error" }, icon("alert"), h("span", {}, sentence(error))));
    } finally {
      item.querySelector(".console-wait").remove();
      item.removeAttribute("aria-busy");
      log.scrollTop = log.scrollHeight;
    }
  }

  async function evaluate(source) {
    const booted = preview.hasFiles() ? null : await preview.run(currentFiles());
    return booted?.problem ? { ...booted, notBooted: true } : preview.evaluate(source, (text) => withImports(text, imports));
  }

  /** Take the code as it stands in the editor now. */
  function bootAgain() {
    const item = h("li", { class: "console-entry", "aria-busy": "true" }, h("p", { class: "console-wait" }, "Booting your project …"));
    log.append(item);
    log.scrollTop = log.scrollHeight;
    input.focus();
    answered = answered.then(async () => {
      try {
        const booted = await preview.run(currentFiles());
        item.replaceChildren(...(booted.problem ? answerParts({ ...booted, notBooted: true }, onPlace) : [h("p", { class: "console-note" }, "Your project was booted with the present code.")]));
      } catch (error) {
        item.replaceChildren(h("p", { class: "message message-error" }, icon("alert"), h("span", {}, sentence(error))));
      } finally {
        item.removeAttribute("aria-busy");
        log.scrollTop = log.scrollHeight;
      }
    });
  }

  /** Say that what answers here was booted from other code than what stands in the editor now. */
  function drawStale() {
    stale.hidden = !preview.hasFiles() || sameFiles(preview.files(), currentFiles());
  }

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      run();
    }
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step && !input.value.includes("\n")) {
      event.preventDefault();
      unsent = at === entries.length ? input.value : unsent;
      at = Math.max(0, Math.min(entries.length, at + step));
      input.value = entries[at] ?? unsent;
    }
  });
  stale.querySelector("button").addEventListener("click", bootAgain);
  return { drawStale };
}

/** The source with earlier imports before it, on the line where it begins so that line numbers stay. */
export function withImports(source, imports) {
  const first = source.split("\n")[0].trim();
  const compound = /^(@|(async|class|def|for|if|match|try|while|with)\b)/.test(first);
  return [...imports, ""].join(compound ? "\n" : "; ") + source;
}

function answerParts(answer, onPlace) {
  const failed = answer.problem ?? answer.exception;
  const title = answer.notBooted ? "Your project does not boot." : answer.problem ? "Your project stopped." : "It raised an error.";
  const hasValue = answer.value !== null && answer.value !== undefined;
  const parts = [
    answer.again ? h("p", { class: "console-note" }, "The project was booted again: of earlier entries only imports are left.") : null,
    answer.output ? h("pre", { class: "console-print" }, answer.output) : null,
    ...caused(answer, onPlace),
    failed ? problemBox(failed, title, onPlace) : null,
    !failed && hasValue ? h("pre", { class: "console-out" }, showValue(answer.value)) : null,
  ].filter(Boolean);
  return parts.length ? parts : [h("p", { class: "console-note" }, "No value.")];
}
