/* What goes on beside the answer: the frames of a WebSocket, and tasks. */
import { droppedNote, el, facts, milliseconds, section, valueText } from "./format.js";
import { sourceButton } from "./source.js";

const KINDS = { connect: "asks to connect", disconnect: "is gone", accept: "accepts", close: "closes", bytes: "bytes" };
const STATES = { SUCCESS: "xray-tag xray-good", FAILURE: "xray-tag xray-danger", RETRY: "xray-tag xray-warn" };

/** A timeline: the browser's frames at one side of the line, the server's at the other. */
export function framesSection(trace, tools) {
  if (!trace.frames.length) return null;
  const rows = trace.frames.map((frame, index) =>
    el(
      "li",
      { class: `xray-frame xray-frame-${frame.direction}` },
      el("span", { class: "xray-number" }, after(frame.at)),
      el("span", { class: "xray-arrow", "aria-hidden": "true" }, frame.direction === "in" ? "→" : "←"),
      el("span", { class: "xray-hidden" }, frame.direction === "in" ? "from the browser: " : "from the server: "),
      el("div", { class: "xray-frame-body" }, bodyOf(frame), frame.source ? sourceButton(trace, frame.source, "frames", index, tools) : null),
    ),
  );
  const earlier = trace.dropped?.frames;
  return section(
    `Frames: ${trace.frames.length + (earlier ?? 0)} in ${after(trace.ms)}`,
    el("p", { class: "xray-value" }, "→ from the browser, ← from the server"),
    el("ol", { class: "xray-frames" }, rows),
    droppedNote(trace, "frames"),
  );
}

export function tasksSection(trace, tools) {
  if (!trace.tasks.length) return null;
  const items = trace.tasks.map((task, index) =>
    el(
      "li",
      { class: "xray-task" },
      el("span", { class: "xray-name" }, task.name),
      el("span", { class: STATES[task.state] ?? "xray-tag" }, task.state),
      task.retries ? el("span", { class: "xray-tag" }, `retry ${task.retries}`) : null,
      task.ms == null ? null : el("span", { class: "xray-number" }, milliseconds(task.ms)),
      facts([
        ["arguments", argumentsText(task)],
        ["not before", task.eta ?? (task.countdown == null ? null : `${task.countdown} s later`)],
        ["queue", task.queue],
        ["result", task.state === "SUCCESS" ? valueText(task.result) : null],
        ["exception", task.exception ? `${task.exception.type}: ${task.exception.message}` : null],
      ]),
      task.source ? sourceButton(trace, task.source, "tasks", index, tools) : null,
    ),
  );
  return section("Tasks", el("ol", { class: "xray-rows" }, items), droppedNote(trace, "tasks"));
}

function bodyOf(frame) {
  const word = KINDS[frame.kind];
  const code = frame.code == null ? "" : ` (${frame.code})`;
  const label = word ? el("span", { class: "xray-tag" }, `${word}${code}`) : null;
  return [label, frame.data ? el("code", { class: "xray-frame-data" }, frame.data) : null].filter(Boolean);
}

function after(ms) {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function argumentsText({ args, kwargs }) {
  const named = Object.entries(kwargs ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [...(args ?? []).map((value) => JSON.stringify(value)), ...named].join(", ");
}
