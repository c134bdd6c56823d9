import assert from "node:assert/strict";
import { test } from "node:test";
import { withImports } from "../workspace/console.js";
import { folders } from "../workspace/file-menu.js";
import { bodyOf, createHistory, readFrameMessage, redirectOf, requestOfForm, resolve } from "../workspace/surfing.js";

test("an address is resolved on its page, and one outside the project is none", () => {
  assert.equal(resolve("b/?x=1", "/a/"), "/a/b/?x=1");
  assert.equal(resolve("?page=2", "/a/?page=1"), "/a/?page=2");
  assert.equal(resolve("https://example.com/", "/a/"), null);
  assert.equal(resolve("//example.com/x", "/a/"), null);
  assert.equal(resolve("javascript:alert(1)", "/a/"), null);
});

test("a redirect after a form is a GET, 307 keeps the form", () => {
  const form = { method: "POST", path: "/login/", form: [["a", "b"]] };
  assert.deepEqual(redirectOf({ status: 302, location: "/" }, form), { method: "GET", path: "/" });
  assert.deepEqual(redirectOf({ status: 307, location: "/x/" }, form), { ...form, path: "/x/" });
  assert.equal(redirectOf({ status: 200, location: "" }, form), null);
  assert.deepEqual(redirectOf({ status: 302, location: "https://e.org/" }, form), { outside: "https://e.org/" });
});

test("a form with GET becomes a query, one with POST a body", () => {
  const form = { method: "get", action: "/find/?old=1", encoding: "", fields: [["q", "tea pot"]], files: [] };
  assert.deepEqual(requestOfForm(form, "/"), { method: "GET", path: "/find/?q=tea+pot" });
  assert.equal(requestOfForm({ ...form, method: "POST", action: "" }, "/here/?a=1").path, "/here/?a=1");
  assert.equal(requestOfForm({ ...form, action: "https://e.org/" }, "/"), null);
});

test("a body that looks like JSON is JSON, anything else a form", () => {
  assert.equal(bodyOf('{"a": 1}').headers["content-type"], "application/json");
  assert.deepEqual(bodyOf("a=1&b=2"), { form: [["a", "1"], ["b", "2"]] });
  assert.deepEqual(bodyOf(" "), {});
});

test("only the frame itself is listened to, and only to what is whole", () => {
  const frame = {};
  const go = { type: "preview:go", href: "/x/" };
  assert.deepEqual(readFrameMessage({ source: frame, origin: "null", data: go }, frame), { type: "go", href: "/x/" });
  assert.equal(readFrameMessage({ source: {}, origin: "null", data: go }, frame), null);
  assert.equal(readFrameMessage({ source: frame, origin: "http://localhost", data: go }, frame), null);
  assert.equal(readFrameMessage({ source: frame, origin: "null", data: { type: "preview:submit", method: "post", action: "", encoding: "", fields: [["a", 1]], files: [] } }, frame), null);
});

test("history forgets what was ahead when a new page is visited", () => {
  const history = createHistory();
  history.visit({ path: "/a/" });
  history.visit({ path: "/b/" });
  assert.equal(history.move(-1).path, "/a/");
  history.visit({ path: "/c/" });
  assert.equal(history.canGo(1), false);
  assert.equal(history.move(-1).path, "/a/");
});

test("earlier imports stand before a question on its first line, where Python lets them", () => {
  assert.equal(withImports("f(1)", ["import f"]), "import f; f(1)");
  assert.equal(withImports("for x in y:\n  print(x)", ["import y"]), "import y\nfor x in y:\n  print(x)");
});

test("files are listed by folder", () => {
  assert.deepEqual(folders(["b/x.py", "a.py", "b/a.py"]), [{ name: "", paths: ["a.py"] }, { name: "b", paths: ["b/a.py", "b/x.py"] }]);
});
