import { h, icon } from "../lib/dom.js";
import { announce, describeCheck, describeSubmission, duration, placesIn, queries } from "./describe.js";
import { isStale } from "./state.js";
import { traceList } from "./traces.js";

/** Draw the results pane from the state; a check that did not change keeps its element, and with it its focus. */
export function createResults(root, { onFrame, onCancel, onTraces }) {
  const parts = {
    problem: root.querySelector("[data-problem]"),
    summary: root.querySelector("[data-summary]"),
    checks: root.querySelector("[data-checks]"),
    extra: root.querySelector("[data-extra]"),
    empty: root.querySelector("[data-empty]"),
    live: root.querySelector("[data-live]"),
  };
  const drawn = new Map();

  return function draw(state) {
    const { submission } = state;
    parts.problem.replaceChildren(...problem(state));
    parts.empty.hidden = Boolean(submission) || state.phase !== "idle" || Boolean(state.problem);
    parts.summary.replaceChildren(...summary(state, onCancel), ...message(state, onFrame));
    drawChecks(parts.checks, drawn, submission, { onFrame, onTraces });
    parts.extra.replaceChildren(...(submission ? extras(submission) : []));
    say(parts.live, state);
  };
}

function say(live, state) {
  const text = state.problem ?? (state.phase === "sending" ? "Sending." : state.submission ? announce(state.submission) : "");
  if (live.textContent !== text) {
    live.textContent = text;
  }
}

function problem(state) {
  if (!state.problem) {
    return [];
  }
  return [h("p", { class: "message message-error" }, icon("alert"), h("span", {}, state.problem))];
}

function summary(state, onCancel) {
  if (state.phase === "sending") {
    return [summaryBox({ icon: "hourglass", tone: "wait", title: "Sending", detail: "" })];
  }
  if (!state.submission) {
    return [];
  }
  const shape = describeSubmission(state.submission);
  const waiting = state.phase === "waiting";
  const cancel = h("button", { type: "button", class: "button button-quiet button-small", onclick: onCancel }, "Cancel");
  return [summaryBox(shape, { took: duration(state.submission.duration_ms), waiting, action: waiting ? cancel : null }), ...connection(state), ...stale(state)];
}

function summaryBox(shape, { took = "", waiting = true, action = null } = {}) {
  return h(
    "div",
    { class: `result-summary tone-${shape.tone}`, "data-waiting": waiting },
    h("span", { class: "result-badge" }, icon(shape.icon)),
    h(
      "div",
      { class: "result-words" },
      h("p", { class: "result-title" }, shape.title),
      shape.detail || took ? h("p", { class: "result-detail" }, [shape.detail, took].filter(Boolean).join(" · ")) : null,
    ),
    action,
  );
}

/** The result is of other code than what stands in the editor. */
function stale(state) {
  const again = () => h("button", { type: "button", class: "notice-undo", "data-action": "check-again" }, "Check again");
  return isStale(state) ? [h("p", { class: "result-note" }, "The code has changed since this check. ", again())] : [];
}

function connection(state) {
  const texts = {
    polling: "Live updates are not available here; asking every second instead.",
    lost: "The server cannot be reached. Your submission is kept there; trying again.",
  };
  const text = texts[state.connection];
  return text && state.phase === "waiting" ? [h("p", { class: "result-note" }, text)] : [];
}

/** What the grader says of the whole; a place in the learner's code that it names can be gone to. */
function message(state, onFrame) {
  const text = state.submission?.message;
  // Where the checks were run, they say it themselves, and the summary counts them.
  const counted = ["passed", "failed"].includes(state.submission?.state);
  if (!text || counted || state.phase === "sending") {
    return [];
  }
  const parts = placesIn(text, state.order).map((part) =>
    part.file ? h("button", { type: "button", class: "place", onclick: () => onFrame(part) }, part.text) : part.text,
  );
  // The carets below a line stand right only where all characters are as wide.
  const tone = state.submission.state === "error" ? "result-message result-traceback" : "result-message";
  return [h("p", { class: tone }, parts)];
}

function drawChecks(list, drawn, submission, actions) {
  const checks = submission?.checks ?? [];
  if (submission && drawn.id !== submission.id) {
    drawn.id = submission.id;
    drawn.clear();
  }
  const items = checks.map((check) => {
    const key = JSON.stringify(check);
    const known = drawn.get(check.name);
    if (known?.key === key) {
      return known.item;
    }
    const item = checkItem(check, actions);
    drawn.set(check.name, { key, item });
    return item;
  });
  if (items.length !== list.children.length || items.some((item, index) => list.children[index] !== item)) {
    list.replaceChildren(...items);
  }
}

function checkItem(check, actions) {
  const shape = describeCheck(check);
  const body = checkBody(check, actions);
  const head = [
    h("span", { class: "check-icon" }, icon(shape.icon)),
    h("span", { class: "check-title" }, check.title, h("span", { class: "visually-hidden" }, ` (${shape.word})`)),
    checkMeta(check),
  ];
  const open = check.status === "failed" || check.status === "error";
  const content = body.length
    ? h("details", { class: "check-details", open }, h("summary", { class: "check-head" }, head), h("div", { class: "check-body" }, body))
    : h("div", { class: "check-head" }, head);
  return h("li", { class: `check tone-${shape.tone}`, "data-check": check.name, "data-status": check.status }, content);
}

function checkMeta(check) {
  const counted = queries(check);
  return h(
    "span",
    { class: "check-meta" },
    counted ? h("span", { class: counted.over ? "over-budget" : null }, counted.text) : null,
    check.ms ? h("span", {}, duration(check.ms)) : null,
  );
}

function checkBody(check, { onFrame, onTraces }) {
  const bad = check.status === "failed" || check.status === "error";
  return [
    bad && check.message ? h("p", { class: "check-message" }, check.message) : null,
    bad && (check.expected || check.got) ? expectedAndGot(check) : null,
    bad && check.concept ? h("p", { class: "check-concept" }, icon("bulb"), h("span", {}, check.concept)) : null,
    check.frames?.length ? frames(check.frames, onFrame) : null,
    check.output ? output("What it printed", check.output) : null,
    check.traces?.length ? traceList(check.traces, onTraces) : null,
  ].filter(Boolean);
}

function expectedAndGot(check) {
  return h(
    "dl",
    { class: "expected-got" },
    h("div", { class: "expected" }, h("dt", {}, "Expected"), h("dd", {}, h("pre", {}, check.expected))),
    h("div", { class: "got" }, h("dt", {}, "Got"), h("dd", {}, h("pre", {}, check.got))),
  );
}

function frames(list, onFrame) {
  const rows = list.map((frame) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "frame", onclick: () => onFrame(frame) },
        h("span", { class: "frame-place" }, `${frame.file}, line ${frame.line}`, frame.function ? `, in ${frame.function}` : ""),
        frame.code ? h("code", {}, frame.code.trim()) : null,
      ),
    ),
  );
  return h("div", {}, h("p", { class: "check-label" }, "In your code"), h("ol", { class: "frames" }, rows));
}

function output(label, text) {
  return h("div", {}, h("p", { class: "check-label" }, label), h("pre", { class: "output", tabindex: "0" }, text));
}

function extras(submission) {
  return [
    submission.output ? output("What your project printed", submission.output) : null,
  ].filter(Boolean);
}
