import assert from "node:assert/strict";
import { test } from "node:test";
import { announce, describeCheck, describeSubmission, describeTrace, duration, placesIn, queries } from "../workspace/describe.js";
import { neighbour } from "../workspace/file-tabs.js";
import { languageOf } from "../workspace/languages.js";
import { clamp } from "../workspace/splitters.js";

const submission = (state, more = {}) => ({ state, position: null, checks: [], finished_at: null, ...more });
const check = (status, title = "It works.") => ({ name: title, title, status });

test("a queued submission says its place", () => {
  assert.equal(describeSubmission(submission("queued", { position: 3 })).detail, "Position 3");
  assert.equal(describeSubmission(submission("queued", { position: 1 })).detail, "You are next");
  assert.equal(describeSubmission(submission("queued")).detail, "");
});

test("a running one counts the checks that are done, whatever they came to", () => {
  const checks = [check("passed"), check("failed"), check("pending")];
  assert.equal(describeSubmission(submission("running", { checks })).detail, "2 of 3 checks done");
});

test("a failed one counts what passes", () => {
  const checks = [check("passed"), check("failed"), check("not_run")];
  assert.equal(describeSubmission(submission("failed", { checks })).detail, "1 of 3 checks pass");
});

test("our fault is told apart from the learner's", () => {
  const ours = describeSubmission(submission("ours"));
  assert.match(ours.title, /our fault/);
  assert.match(ours.detail, /kept/);
  assert.notEqual(ours.tone, describeSubmission(submission("error")).tone);
});

test("every state of the format has words of its own", () => {
  const states = ["queued", "running", "passed", "failed", "error", "timeout", "cancelled", "ours", "broken", "aside"];
  const titles = states.map((state) => describeSubmission(submission(state)).title);
  assert.equal(new Set(titles).size, states.length);
  assert.ok(titles.every((title, index) => title !== states[index]));
  const words = ["passed", "failed", "error", "not_run", "pending"].map((status) => describeCheck({ status }).icon);
  assert.ok(words.every((icon) => icon !== "info"));
});

test("what is announced ends with the first check to look at", () => {
  const checks = [check("passed", "One."), check("failed", "Two."), check("error", "Three.")];
  const said = announce(submission("failed", { checks, finished_at: "2026-11-23T10:00:00Z" }));
  assert.equal(said, "Not there yet. 1 of 3 checks pass. The first to look at: Two.");
});

test("what is announced of a project that did not start is why", () => {
  const message = "SyntaxError: invalid syntax\nshop/views.py, line 3: def (";
  const said = announce(submission("error", { message, checks: [check("not_run")], finished_at: "2026-11-23T10:00:00Z" }));
  assert.equal(said, "Your project raised an error. 0 of 1 check pass. SyntaxError: invalid syntax.");
});

test("while it runs nothing is counted aloud or pointed at, since a check may still come", () => {
  const checks = [check("failed"), check("pending")];
  assert.equal(announce(submission("running", { checks })), "Running your project.");
});

test("durations are read at a glance", () => {
  assert.deepEqual([null, 0.4, 12.4, 999.4, 1400].map(duration), ["", "under 1 ms", "12 ms", "999 ms", "1.4 s"]);
});

test("queries are held against their budget where there is one", () => {
  assert.deepEqual(queries({ queries: 3, query_budget: 3 }), { text: "3 of 3 queries", over: false });
  assert.deepEqual(queries({ queries: 2, query_budget: 1 }), { text: "2 of 1 query", over: true });
  assert.deepEqual(queries({ queries: 1, query_budget: null }), { text: "1 query", over: false });
  assert.equal(queries({ queries: null, query_budget: 3 }), null);
  assert.deepEqual(queries({ queries: 5, query_budget: 2, status: "passed" }), { text: "5 queries", over: false });
  assert.equal(queries({ queries: 0, query_budget: 2, status: "not_run" }), null);
  assert.equal(queries({ queries: 0, query_budget: null }), null);
  assert.deepEqual(queries({ queries: 0, query_budget: 0 }), { text: "0 of 0 queries", over: false });
});

test("a place that a message names can be gone to, if it is a file of the exercise", () => {
  assert.deepEqual(placesIn("SyntaxError\nshop/views.py, line 12: def (\nlib/x.py, line 3", ["shop/views.py"]), [
    { text: "SyntaxError\n" },
    { text: "shop/views.py, line 12", file: "shop/views.py", line: 12 },
    { text: ": def (\nlib/x.py, line 3" },
  ]);
  assert.deepEqual(placesIn("Stopped after 10 seconds.", []), [{ text: "Stopped after 10 seconds." }]);
});

test("a request without an answer has its exception instead", () => {
  const shape = describeTrace({
    request: { method: "GET", path: "/a/", query: "b=1" },
    response: null,
    queries: [{}],
    exception: { type: "KeyError", message: "'q'" },
  });
  assert.deepEqual(shape, { method: "GET", path: "/a/?b=1", status: null, queries: "1 query", exception: "KeyError: 'q'" });
});

test("arrows go round the row of files, Home and End to its ends", () => {
  assert.deepEqual(
    ["ArrowRight", "ArrowLeft", "Home", "End", "a"].map((key) => neighbour(3, 0, key)),
    [1, 2, 0, 2, null],
  );
});

test("a file's ending chooses its language", () => {
  assert.deepEqual(
    ["a/views.py", "home.HTML", "compose.yaml", "Dockerfile", "style.css", "constructor"].map(languageOf),
    ["py", "html", "yml", "dockerfile", "css", null],
  );
});

test("a pane stays within its limits", () => {
  assert.deepEqual([10, 300, 9999].map((width) => clamp(width, { low: 260, high: 720 })), [260, 300, 720]);
});
