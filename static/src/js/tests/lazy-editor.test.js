import assert from "node:assert/strict";
import { test } from "node:test";
import { createLazyEditor } from "../workspace/lazy-editor.js";

const state = (more = {}) => ({ pane: "task", active: "a.py", order: ["a.py", "b.py"], files: { "a.py": { text: "a" }, "b.py": { text: "b" } }, ...more });

function setUp({ wide = false, fails = 0 } = {}) {
  const told = [];
  const listeners = [];
  const screen = { matches: wide, addEventListener: (name, listener) => listeners.push(listener) };
  let loads = 0;
  const load = async () => {
    loads += 1;
    if (loads <= fails) {
      throw new Error("no network");
    }
    const note = (name) => (...args) => told.push([name, ...args]);
    return { createEditor: () => ({ show: note("show"), setText: note("text"), keepOnly: note("keep"), goToLine: note("line"), focus: note("focus") }) };
  };
  const editor = createLazyEditor(null, {}, { load, wide: screen, onFailure: (error) => told.push(["failed", error.message]) });
  return { editor, told, loads: () => loads, widen: () => { screen.matches = true; listeners.forEach((listener) => listener()); } };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("on a narrow screen the editor is not fetched before the code is asked for", async () => {
  const { editor, told, loads } = setUp();
  editor.draw(state());
  editor.draw(state({ pane: "results" }));
  await settled();
  assert.equal(loads(), 0);
  editor.draw(state({ pane: "code" }));
  editor.draw(state({ pane: "code", active: "b.py" }));
  await settled();
  assert.equal(loads(), 1);
  // It begins with what the state has become while it was on its way.
  assert.deepEqual(told[1], ["show", "b.py"]);
});

test("on a wide screen it is fetched at once, and when a screen becomes wide", async () => {
  const wide = setUp({ wide: true });
  wide.editor.draw(state());
  await settled();
  assert.equal(wide.loads(), 1);
  const turned = setUp();
  turned.editor.draw(state());
  turned.widen();
  await settled();
  assert.equal(turned.loads(), 1);
});

test("a line can be asked for before it is there", async () => {
  const { editor, told } = setUp();
  editor.draw(state());
  editor.goToLine(7);
  await settled();
  assert.deepEqual(told.at(-1), ["line", 7]);
});

test("a failure is told once, and who wants to go to the code makes it fetch again", async () => {
  const { editor, told, loads } = setUp({ fails: 1 });
  editor.draw(state({ pane: "code" }));
  await settled();
  editor.draw(state({ pane: "code" }));
  await settled();
  assert.deepEqual(told, [["failed", "no network"]]);
  editor.focus();
  await settled();
  assert.equal(loads(), 2);
  assert.deepEqual(told.at(-1), ["focus"]);
});
