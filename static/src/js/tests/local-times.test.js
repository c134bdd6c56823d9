import assert from "node:assert/strict";
import { test } from "node:test";
import { localTime, showLocalTimes } from "../app/local-times.js";

const written = (textContent) => ({ textContent, dateTime: "2026-11-26T22:36:00+00:00", title: "" });
const rootOf = (...times) => ({ querySelectorAll: () => times });

test("a time is told by the reader's clock, and so is its day", () => {
  const moment = new Date("2026-11-26T22:36:00Z");
  assert.equal(localTime(moment, "Europe/Berlin"), "26 November 2026, 23:36");
  assert.equal(localTime(moment, "Asia/Kolkata"), "27 November 2026, 04:06");
  assert.equal(localTime(moment, "UTC"), "26 November 2026, 22:36");
});

test("what the server wrote stays in the title; a day without an hour is left alone", () => {
  const [hour, day] = [written("26 November 2026, 22:36 UTC"), written("26 November 2026")];
  showLocalTimes(rootOf(hour, day), "Asia/Tokyo");
  assert.deepEqual([hour.textContent, hour.title], ["27 November 2026, 07:36", "26 November 2026, 22:36 UTC"]);
  assert.deepEqual([day.textContent, day.title], ["26 November 2026", ""]);
});
