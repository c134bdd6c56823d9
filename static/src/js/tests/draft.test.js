import assert from "node:assert/strict";
import { test } from "node:test";
import { createDraft, parseDraft } from "../workspace/draft.js";
import { openedBefore } from "../workspace/hints.js";
import { readTheme, writeTheme } from "../lib/theme.js";

function memory() {
  const values = new Map();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => values.set(key, String(value)),
    removeItem: (key) => values.delete(key),
    keys: () => [...values.keys()],
  };
}

test("a draft is read as it was written, exercise by exercise", () => {
  const storage = memory();
  createDraft("lesson/one", storage).write({ "views.py": "one" });
  createDraft("lesson/two", storage).write({ "views.py": "two" });
  assert.deepEqual(createDraft("lesson/one", storage).read(), { files: { "views.py": "one" }, version: 0, synced: false });
});

test("a draft without changes is one too: the learner went back to the starter", () => {
  const storage = memory();
  const draft = createDraft("lesson/one", storage);
  draft.write({ "views.py": "one" });
  draft.write({});
  assert.deepEqual(draft.newest({ files: { "views.py": "older" }, version: 3 }), {});
});

test("a full or forbidden storage is told, not thrown", () => {
  const full = { ...memory(), setItem: () => { throw new Error("full"); } };
  assert.equal(createDraft("a/b", full).write({ "a.py": "x" }), false);
  assert.equal(createDraft("a/b", null).write({ "a.py": "x" }), false);
  assert.equal(createDraft("a/b", null).read(), null);
});

test("what is not a draft is not taken for one", () => {
  assert.equal(parseDraft("{"), null);
  assert.equal(parseDraft("null"), null);
  assert.equal(parseDraft('{"other": 1}'), null);
  assert.deepEqual(parseDraft('{"files": {"a.py": "x", "b.py": 5, "c.py": null}}').files, { "a.py": "x", "c.py": null });
});

test("what only this browser has comes before the server's, which comes before what this browser has handed on", () => {
  const storage = memory();
  const draft = createDraft("a/b", storage);
  const onServer = { files: { "a.py": "server" }, version: 4 };
  assert.equal(draft.newest(null), null);
  assert.deepEqual(draft.newest(onServer), { "a.py": "server" });
  draft.write({ "a.py": "offline" }, 3);
  assert.deepEqual(draft.newest(onServer), { "a.py": "offline" });
  draft.write({ "a.py": "older" }, 3, true);
  assert.deepEqual(draft.newest(onServer), { "a.py": "server" });
});

test("the number of opened hints survives nonsense in the storage", () => {
  assert.equal(openedBefore(null, 3), 0);
  assert.equal(openedBefore("2", 3), 2);
  assert.equal(openedBefore("99", 3), 3);
  assert.equal(openedBefore("-4", 3), 0);
  assert.equal(openedBefore("x", 3), 0);
});

test("only the two themes are remembered; everything else follows the system", () => {
  const storage = memory();
  assert.equal(readTheme(storage), "system");
  writeTheme("dark", storage);
  assert.equal(readTheme(storage), "dark");
  writeTheme("system", storage);
  assert.equal(readTheme(storage), "system");
  storage.setItem("theme", "pink");
  assert.equal(readTheme(storage), "system");
  assert.equal(readTheme(null), "system");
});
