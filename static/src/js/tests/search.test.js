import assert from "node:assert/strict";
import { test } from "node:test";
import { step } from "../app/search.js";

test("arrows walk from the field through the results and back", () => {
  assert.equal(step(3, -1, "ArrowDown"), 0);
  assert.equal(step(3, 2, "ArrowDown"), 2);
  assert.equal(step(3, 0, "ArrowUp"), -1);
  assert.equal(step(3, -1, "ArrowUp"), -1);
});

test("without results the field keeps the focus, and other keys are left alone", () => {
  assert.equal(step(0, -1, "ArrowDown"), -1);
  assert.equal(step(3, 1, "ArrowLeft"), null);
});
