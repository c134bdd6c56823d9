import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePlace } from "../workspace/place.js";
import { initialState, isStale, reduce } from "../workspace/state.js";
import { fileNamed } from "../workspace/task-files.js";

const EXERCISE = {
  slug: "a/b",
  editable: ["shop/"],
  files: ["shop/views.py", "shop/tasks.py"].map((path) => ({ path, text: "x", editable: true })),
};

test("code in the task that names one file leads to it", () => {
  const order = ["urls.py", "shop/urls.py", "shop/tasks.py"];
  assert.equal(fileNamed("shop/tasks.py", order), "shop/tasks.py");
  assert.equal(fileNamed("tasks.py", order), "shop/tasks.py");
  assert.equal(fileNamed("urls.py", order), "urls.py");
  assert.equal(fileNamed("shop", order), null);
  assert.equal(fileNamed("charge_order", order), null);
});

test("who comes back finds the files open that were open", () => {
  const place = parsePlace('{"active": "shop/tasks.py", "opened": ["shop/tasks.py", "gone.py"]}');
  const { active, opened } = initialState(EXERCISE, null, place);
  assert.deepEqual({ active, opened }, { active: "shop/tasks.py", opened: ["shop/tasks.py"] });
  assert.equal(initialState(EXERCISE, null, parsePlace("[1]")).active, "shop/views.py");
  assert.equal(parsePlace("no JSON"), null);
  assert.equal(initialState(EXERCISE, null, { active: "gone.py", opened: ["gone.py"] }).active, "shop/views.py");
});

test("a result is of other code as soon as a file differs, and no longer once it is as it was", () => {
  const submission = { state: "failed", checks: [] };
  const begun = { ...initialState(EXERCISE, null), submission };
  assert.equal(isStale(begun), false);
  const checked = reduce(reduce(begun, { type: "sending" }), { type: "submission", submission });
  assert.equal(isStale(checked), false);
  const edited = reduce(checked, { type: "edited", path: "shop/views.py", text: "y" });
  assert.equal(isStale(edited), true);
  assert.equal(isStale(reduce(edited, { type: "submission", submission: { ...submission, state: "running" } })), false);
  assert.equal(isStale(reduce(edited, { type: "edited", path: "shop/views.py", text: "x" })), false);
});
