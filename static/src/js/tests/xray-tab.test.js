import assert from "node:assert/strict";
import { test } from "node:test";
import { createXray } from "../workspace/xray.js";

function setUp(fails) {
  const added = [];
  let loads = 0;
  const load = async () => {
    loads += 1;
    if (loads <= fails) {
      throw new Error("no network");
    }
    return { mountXray: () => ({ add: (trace) => added.push(trace), clear: () => added.push("cleared") }) };
  };
  const shown = [];
  globalThis.document = { createElement: () => ({ setAttribute() {}, append: (...texts) => shown.push(...texts) }) };
  const root = { replaceChildren() {} };
  return { xray: createXray(root, { onPlace() {}, onResend() {}, load }), added, shown, loads: () => loads };
}

test("the panel is fetched once, and requests keep their order", async () => {
  const { xray, added, loads } = setUp(0);
  await Promise.all([xray.add("a"), xray.add("b"), xray.addAll(["c", "d"])]);
  assert.equal(loads(), 1);
  assert.deepEqual(added, ["a", "b", "cleared", "c", "d"]);
});

test("a panel that does not come is said, and tried again with the next request", async () => {
  const { xray, added, shown } = setUp(1);
  await xray.add("a");
  assert.match(shown.join(" "), /could not be loaded/);
  await xray.add("b");
  assert.deepEqual(added, ["b"]);
});
