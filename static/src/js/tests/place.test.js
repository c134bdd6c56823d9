import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { keepPlace } from "../lesson/place.js";

test("only the heading at which somebody rests is told, and once", async () => {
  const sent = [];
  const lesson = { dataset: { lesson: "counting", place: "/progress/place/" } };
  const reached = keepPlace(lesson, { rest: 5, send: async (url, data) => sent.push([url, data.heading]) });
  reached("see-it");
  reached("how-it-works");
  await pause(20);
  reached("how-it-works");
  await pause(20);
  assert.deepEqual(sent, [["/progress/place/", "how-it-works"]]);
});

test("an author's preview of a lesson keeps no place", async () => {
  const reached = keepPlace({ dataset: { lesson: "counting" } }, { rest: 1, send: () => assert.fail("sent") });
  reached("see-it");
  await pause(10);
});
