import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { waitForSlug } from "../author/autosave.js";
import { joinFiles, splitFiles } from "../author/bundles.js";
import { fence, insertBlock, prefix, wrap } from "../author/edits.js";
import { casesOf, checksIn, problemOf, readCase, renamed, writeCase } from "../author/cases.js";

// content/tests/test_exercises.py reads the same examples.
const examples = JSON.parse(readFileSync(new URL("bundles.json", import.meta.url), "utf8"));

test("files become one text and come back", () => {
  for (const { files, text } of examples) {
    assert.equal(joinFiles(new Map(Object.entries(files))), text);
    assert.deepEqual(Object.fromEntries(splitFiles(text)), files);
    assert.deepEqual(Object.fromEntries(splitFiles(text.replaceAll("\n", "\r\n"))), files);
  }
});

test("a text that is no bundle is refused", () => {
  assert.throws(() => splitFiles("x = 1\n"), /begins with/);
  assert.throws(() => splitFiles("=== a ===\n=== a ===\n"), /twice/);
});

test("a case is named by its folder, and says which check catches it", () => {
  const files = new Map([
    ["gone/CASE", "caught by: test_gate — they take it away\n"],
    ["gone/views.py", ""],
    ["shut/views.py", ""],
  ]);
  assert.deepEqual(casesOf(files), ["gone", "shut"]);
  assert.deepEqual(readCase(files, "gone"), { check: "test_gate", why: "they take it away" });
  assert.deepEqual(readCase(files, "shut"), { check: "", why: "" });
  const unfinished = writeCase({ check: "test_gate", why: "" }, { wrong: true });
  assert.deepEqual(readCase(new Map([["gone/CASE", unfinished]]), "gone"), { check: "test_gate", why: "" });
  assert.equal(writeCase({ check: "", why: "" }, { wrong: false }), "");
});

test("checks are found in the text of checks.py", () => {
  const text = "class Checks(ExerciseTestCase):\n    def test_a(self):\n        pass\n\n    def helper(self): ...\n    def test_b(self): ...\n";
  assert.deepEqual(checksIn(text), ["test_a", "test_b"]);
});

test("a case is renamed with all its files, in its place", () => {
  const files = new Map([["a/x", "1"], ["ab/x", "2"], ["a/y", "3"]]);
  assert.deepEqual([...renamed(files, "a", "c")], [["c/x", "1"], ["ab/x", "2"], ["c/y", "3"]]);
});

test("a path that leads out, or is there already, is refused", () => {
  const files = new Map([["a.py", ""]]);
  assert.equal(problemOf("shop/b.py", files), "");
  for (const bad of ["../b.py", "/b.py", "b//c", "b\\c", "a.py", ""]) {
    assert.notEqual(problemOf(bad, files), "", bad);
  }
});

test("Markdown's buttons put marks around what is chosen, and take them away", () => {
  const bold = wrap({ text: "a word here", from: 2, to: 6 }, "**");
  assert.deepEqual(bold, { text: "a **word** here", from: 4, to: 8 });
  assert.deepEqual(wrap(bold, "**"), { text: "a word here", from: 2, to: 6 });
  assert.equal(wrap({ text: "", from: 0, to: 0 }, "[", "](https://)", "words").text, "[words](https://)");
});

test("a list begins every chosen line, and ends again", () => {
  const list = prefix({ text: "one\ntwo\nthree", from: 1, to: 5 }, "- ");
  assert.equal(list.text, "- one\n- two\nthree");
  assert.equal(prefix(list, "- ").text, "one\ntwo\nthree");
});

test("a picture is a paragraph of its own", () => {
  assert.equal(insertBlock({ text: "one", to: 3 }, "![a](b)").text, "one\n\n![a](b)");
  assert.equal(insertBlock({ text: "one\n\ntwo", to: 3 }, "![a](b)").text, "one\n\n![a](b)\n\ntwo");
  assert.equal(fence({ text: "", from: 0, to: 0 }).text, "```python\ncode\n```");
});

test("nothing is saved by itself while the slug is typed", () => {
  const page = new EventTarget();
  waitForSlug(page);
  const saves = (name) => {
    page.activeElement = { name };
    return page.dispatchEvent(new Event("w-autosave:save", { cancelable: true }));
  };
  assert.equal(saves("slug"), false);
  assert.equal(saves("feature"), true);
});
