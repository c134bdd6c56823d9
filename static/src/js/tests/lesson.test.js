import assert from "node:assert/strict";
import { test } from "node:test";
import { progressSaid } from "../lesson/announce.js";
import { currentHeading, sectionOf } from "../lesson/outline.js";
import { readMessage } from "../lesson/stage.js";

const source = {};
const frame = { origin: "http://demos.example", source };
const from = (data, more = {}) => ({ data, origin: frame.origin, source, ...more });

test("the stage's height is taken, within limits", () => {
  assert.deepEqual(readMessage(from({ type: "stage:height", height: 812.4 }), frame), { height: 812 });
  assert.deepEqual(readMessage(from({ type: "stage:height", height: 3 }), frame), { height: 320 });
  assert.deepEqual(readMessage(from({ type: "stage:height", height: 1e9 }), frame), { height: 20_000 });
});

test("where the stage shows what it was asked for, within limits", () => {
  assert.deepEqual(readMessage(from({ type: "stage:reveal", top: 90.6 }), frame), { reveal: 91 });
  assert.deepEqual(readMessage(from({ type: "stage:reveal", top: -5 }), frame), { reveal: 0 });
  assert.equal(readMessage(from({ type: "stage:reveal", top: "90" }), frame), null);
});

test("a mission's receipt is taken", () => {
  assert.deepEqual(readMessage(from({ type: "stage:mission", mission: "a", receipt: "r" }), frame), { receipt: "r" });
});

test("nobody but the frame, on its own origin, is listened to", () => {
  const data = { type: "stage:mission", receipt: "r" };
  assert.equal(readMessage(from(data, { origin: "http://evil.example" }), frame), null);
  assert.equal(readMessage(from(data, { source: {} }), frame), null);
});

test("what is not of the format is left alone", () => {
  for (const data of [null, "text", {}, { type: "stage:height", height: "9" }, { type: "stage:height", height: NaN }, { type: "stage:mission" }]) {
    assert.equal(readMessage(from(data), frame), null);
  }
});

test("the heading passed last is the current one; before the first it is the first", () => {
  assert.equal(currentHeading([100, 500, 900], 300), 0);
  assert.equal(currentHeading([-900, -20, 280, 700], 300), 2);
  assert.equal(currentHeading([400, 900], 300), 0);
});

test("a section goes from its h2 to the next", () => {
  const levels = [2, 2, 3, 3, 2, 3];
  assert.deepEqual([...sectionOf(levels, 0)], [0]);
  assert.deepEqual([...sectionOf(levels, 1)], [1, 2, 3]);
  assert.deepEqual([...sectionOf(levels, 3)], [1, 2, 3]);
  assert.deepEqual([...sectionOf(levels, 5)], [4, 5]);
  assert.deepEqual([...sectionOf([3, 2], 0)], [0]);
});

test("how much of the lesson is done is said in one line", () => {
  assert.equal(progressSaid("\n 20 %\n 3 of 15 done\n"), "20 % 3 of 15 done");
});
