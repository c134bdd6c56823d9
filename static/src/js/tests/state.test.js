import assert from "node:assert/strict";
import { test } from "node:test";
import { canCheck, changedFiles, createStore, filesToSend, initialState, reduce, shortNames, textsOfDraft, whyNotName } from "../workspace/state.js";

const exercise = (more = {}) => ({
  slug: "lesson/exercise",
  files: [
    { path: "models.py", text: "given", editable: false },
    { path: "views.py", text: "starter", editable: true },
    { path: "urls.py", text: "urls", editable: true },
  ],
  submission: null,
  submittedFiles: null,
  ...more,
});

test("a file opens as the draft, else as what was handed in last, else as the starter", () => {
  const state = initialState(exercise({ submittedFiles: { "views.py": "sent", "urls.py": "sent urls" } }), { "views.py": "draft" });
  assert.equal(state.files["views.py"].text, "draft");
  // A draft says all that differs from the starter, so what it does not name is the starter.
  assert.equal(state.files["urls.py"].text, "urls");
  assert.equal(initialState(exercise({ submittedFiles: { "urls.py": "sent urls" } }), null).files["urls.py"].text, "sent urls");
  assert.equal(initialState(exercise(), null).files["views.py"].text, "starter");
});

test("a draft that is empty text is a draft", () => {
  assert.equal(initialState(exercise(), { "views.py": "" }).files["views.py"].text, "");
});

test("a file that is not the learner's stays as it was given, whatever a draft says", () => {
  const state = initialState(exercise({ submittedFiles: { "models.py": "mine" } }), { "models.py": "mine" });
  assert.equal(state.files["models.py"].text, "given");
  assert.equal(reduce(state, { type: "edited", path: "models.py", text: "mine" }).files["models.py"].text, "given");
});

test("the first file that can be edited is open", () => {
  assert.equal(initialState(exercise(), null).active, "views.py");
});

test("the file that the exercise begins with is open, and empty files stand last", () => {
  const files = [
    { path: "shop/__init__.py", text: "", editable: true },
    { path: "shop/models.py", text: "models", editable: true },
    { path: "shop/views.py", text: "views", editable: true },
  ];
  const state = initialState(exercise({ files, first: "shop/views.py" }), null);
  assert.equal(state.active, "shop/views.py");
  assert.deepEqual(state.order, ["shop/models.py", "shop/views.py", "shop/__init__.py"]);
  assert.equal(initialState(exercise({ files, first: "shop/gone.py" }), null).active, "shop/models.py");
});

test("a tab says the file's name, and its folder where two have the same name", () => {
  assert.deepEqual(shortNames(["shop/views.py", "club/views.py", "urls.py", "shop/urls.py", "shop/models.py"]), {
    "shop/views.py": "shop/views.py",
    "club/views.py": "club/views.py",
    "urls.py": "urls.py",
    "shop/urls.py": "shop/urls.py",
    "shop/models.py": "models.py",
  });
});

test("every editable file is sent, and nothing else", () => {
  const state = reduce(initialState(exercise(), null), { type: "edited", path: "views.py", text: "new" });
  assert.deepEqual(filesToSend(state), { "views.py": "new", "urls.py": "urls" });
});

test("the draft holds what differs from the starter only", () => {
  const state = reduce(initialState(exercise(), null), { type: "edited", path: "views.py", text: "new" });
  assert.deepEqual(changedFiles(state), { "views.py": "new" });
  assert.deepEqual(changedFiles(reduce(state, { type: "edited", path: "views.py", text: "starter" })), {});
});

test("reset brings the starter back, and undo brings the work back", () => {
  let state = initialState(exercise(), { "views.py": "work", "urls.py": "more work" });
  state = reduce(state, { type: "reset", paths: ["views.py"] });
  assert.equal(state.files["views.py"].text, "starter");
  assert.equal(state.files["urls.py"].text, "more work");
  assert.match(state.notice.text, /views\.py/);
  state = reduce(state, { type: "restored" });
  assert.equal(state.files["views.py"].text, "work");
  assert.equal(state.notice, null);
});

test("resetting all files names how many, and one undo restores them all", () => {
  let state = initialState(exercise(), { "views.py": "work", "urls.py": "more work" });
  state = reduce(state, { type: "reset", paths: state.order });
  assert.deepEqual(changedFiles(state), {});
  assert.match(state.notice.text, /2 files/);
  assert.deepEqual(changedFiles(reduce(state, { type: "restored" })), { "views.py": "work", "urls.py": "more work" });
});

test("resetting what was never changed changes nothing and says so", () => {
  const before = initialState(exercise(), null);
  const after = reduce(before, { type: "reset", paths: before.order });
  assert.equal(after.files, before.files);
  assert.equal(after.notice.restore, null);
});

test("nothing can be handed in twice at once, but our own fault stops nobody", () => {
  let state = initialState(exercise(), null);
  assert.equal(canCheck(state), true);
  state = reduce(state, { type: "sending" });
  assert.equal(canCheck(state), false);
  state = reduce(state, { type: "submission", submission: { state: "queued", checks: [] } });
  assert.equal(canCheck(state), false);
  assert.equal(canCheck(reduce(state, { type: "submission", submission: { state: "ours", checks: [] } })), true);
  assert.equal(canCheck(reduce(state, { type: "submission", submission: { state: "failed", checks: [] } })), true);
});

test("a refusal is kept to be shown, and the next attempt clears it", () => {
  const state = reduce(reduce(initialState(exercise(), null), { type: "sending" }), { type: "refused", message: "Too large." });
  assert.equal(state.problem, "Too large.");
  assert.equal(state.phase, "idle");
  assert.equal(reduce(state, { type: "sending" }).problem, null);
});

test("a submission that was unfinished when the page was left is waited for again", () => {
  assert.equal(initialState(exercise({ submission: { state: "running", checks: [] } }), null).phase, "waiting");
  assert.equal(initialState(exercise({ submission: { state: "passed", checks: [] } }), null).phase, "idle");
});

test("another tab's draft becomes a whole set of texts: the starter where it has none", () => {
  assert.deepEqual(textsOfDraft(initialState(exercise(), { "urls.py": "mine" }), { "views.py": "theirs" }), {
    "views.py": "theirs",
    "urls.py": "urls",
  });
});

test("listeners hear a change with the state before it, and nothing when nothing changed", () => {
  const store = createStore(initialState(exercise(), null));
  const heard = [];
  store.subscribe((state, before) => heard.push([before.pane, state.pane]));
  store.dispatch({ type: "restored" });
  store.dispatch({ type: "pane", pane: "code" });
  assert.deepEqual(heard, [["task", "code"]]);
});

test("a misspelt action is an error", () => {
  assert.throws(() => reduce(initialState(exercise(), null), { type: "edit" }), /no such action: edit/);
});

const withFolder = () => initialState(exercise({ editable: ["views.py", "urls.py", "shop/"] }), null);

test("a file can be made, renamed and removed where the exercise lets one; undo brings it back", () => {
  let state = reduce(withFolder(), { type: "created", path: "shop/forms.py", text: "x" });
  assert.equal(state.active, "shop/forms.py");
  state = reduce(state, { type: "renamed", path: "shop/forms.py", to: "shop/fields.py" });
  assert.deepEqual(changedFiles(state), { "shop/fields.py": "x" });
  state = reduce(state, { type: "removed", path: "views.py" });
  assert.deepEqual(changedFiles(state), { "shop/fields.py": "x", "views.py": null });
  state = reduce(state, { type: "restored" });
  assert.equal(state.files["views.py"].text, "starter");
  state = reduce(state, { type: "reset", paths: null });
  assert.deepEqual(changedFiles(state), {});
});

test("a removed file stays removed in a draft", () => {
  const state = initialState(exercise({ editable: ["views.py", "urls.py"] }), { "views.py": null });
  assert.equal(state.files["views.py"], undefined);
  assert.equal(filesToSend(state)["views.py"], null);
  assert.notEqual(state.active, "views.py");
});

test("a name that cannot be is refused with the reason", () => {
  const state = withFolder();
  assert.equal(whyNotName(state, "shop/forms.py"), "");
  assert.match(whyNotName(state, "VIEWS.py"), /already/);
  assert.match(whyNotName(state, "shop/../x.py"), /inside the project/);
  assert.match(whyNotName(state, "other.py"), /can be made in/);
  assert.match(whyNotName(state, "shop/"), /name/);
});

test("another version replaces the files whole, and undo brings one's own back", () => {
  let state = reduce(withFolder(), { type: "created", path: "shop/forms.py", text: "mine" });
  state = reduce(state, { type: "replaced", files: { "views.py": "theirs", "shop/b.py": "b" }, text: "" });
  assert.deepEqual(changedFiles(state), { "views.py": "theirs", "shop/b.py": "b" });
  state = reduce(state, { type: "restored" });
  assert.deepEqual(changedFiles(state), { "shop/forms.py": "mine" });
});
