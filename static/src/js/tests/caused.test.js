import assert from "node:assert/strict";
import { test } from "node:test";
import { call, showValue } from "../workspace/caused.js";

test("a value reads as Python", () => {
  assert.equal(showValue({ a: [1, null, true, false, "x"], "it's": 1.5 }), `{'a': [1, None, True, False, 'x'], "it's": 1.5}`);
  assert.equal(showValue([]), "[]");
});

test("a task reads as a call of its function", () => {
  assert.equal(call({ name: "shop.tasks.add", args: [1, "b"], kwargs: { fast: true } }), "shop.tasks.add(1, 'b', fast=True)");
  assert.equal(call({ name: "x", args: [], kwargs: {} }), "x()");
});
