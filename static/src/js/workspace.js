// The page of an exercise. State lives in one store (workspace/state.js); this file connects it to the page.
import { readJson } from "./lib/dom.js";
import { getJson, postJson } from "./lib/http.js";
import { safeStorage } from "./lib/theme.js";
import { createDraft, parseDraft } from "./workspace/draft.js";
import { createEditor } from "./workspace/editor.js";
import { createFileTabs } from "./workspace/file-tabs.js";
import { follow } from "./workspace/follow.js";
import { startHints } from "./workspace/hints.js";
import { createNotice } from "./workspace/notice.js";
import { createPanes } from "./workspace/panes.js";
import { createResults } from "./workspace/results.js";
import { startSplitters } from "./workspace/splitters.js";
import { canCheck, changedFiles, createStore, filesToSend, initialState, isFinished, textsOfDraft } from "./workspace/state.js";

const SAVE_AFTER = 250;

function start(root) {
  const exercise = readJson("exercise-data");
  exercise.submission ??= readJson("submission-data");
  const draft = createDraft(exercise.slug, safeStorage());
  const store = createStore(initialState(exercise, draft.read(), root.querySelector(".task-prose").textContent));
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const check = () => sendCode(store, exercise, watch);
  const watch = watcher(store, exercise);
  const nonce = document.querySelector("script[nonce]")?.nonce;

  const editor = createEditor(part("editor"), {
    files: store.get().files,
    nonce,
    describedBy: "editor-help",
    onEdit: (path, text) => store.dispatch({ type: "edited", path, text }),
    onCheck: check,
  });
  const draw = [
    createFileTabs(part("tabs"), part("editor"), { onOpen: (path) => store.dispatch({ type: "opened", path }) }),
    createPanes(root, { onPane: (pane) => store.dispatch({ type: "pane", pane }) }),
    createNotice(part("notice"), {
      onUndo: () => store.dispatch({ type: "restored" }),
      onClose: () => store.dispatch({ type: "noticeClosed" }),
    }),
    createResults(part("results"), {
      onFrame: ({ file, line }) => {
        if (store.get().files[file]) {
          store.dispatch({ type: "opened", path: file });
          editor.goToLine(line);
        }
      },
      onCancel: () => cancelSubmission(store, exercise),
    }),
    (state) => drawButtons(root, state),
    (state) => showFiles(editor, state),
  ];
  store.subscribe((state) => draw.forEach((drawPart) => drawPart(state)));
  keepDraft(store, draft);
  bindButtons(root, store, check);
  startHints(part("hints"), exercise.slug);
  startSplitters(root);
  draw.forEach((drawPart) => drawPart(store.get()));
  const { submission } = store.get();
  if (submission && !isFinished(submission)) {
    watch(submission);
  }
}

function showFiles(editor, state) {
  if (state.active !== null) {
    editor.show(state.active);
  }
  for (const path of state.order) {
    editor.setText(path, state.files[path].text);
  }
}

/** Follow a submission, and stop following the one before it. */
function watcher(store, exercise) {
  let stop = () => {};
  return (submission) => {
    stop();
    const socket = new URL(exercise.wsPath.replace("{id}", submission.id), window.location.href);
    socket.protocol = socket.protocol.replace("http", "ws");
    stop = follow({
      socketUrl: socket.href,
      fetchSubmission: () => getJson(exercise.pollPath.replace("{id}", submission.id)),
      onSubmission: (changed) => store.dispatch({ type: "submission", submission: changed }),
      onConnection: (connection) => store.dispatch({ type: "connection", connection }),
    });
  };
}

async function sendCode(store, exercise, watch) {
  if (!canCheck(store.get())) {
    return;
  }
  store.dispatch({ type: "sending" });
  try {
    const submission = await postJson(exercise.submitUrl, { files: filesToSend(store.get()) });
    store.dispatch({ type: "submission", submission });
    watch(submission);
  } catch (error) {
    store.dispatch({ type: "refused", message: sentence(error) });
  }
}

async function cancelSubmission(store, exercise) {
  const { submission } = store.get();
  try {
    const url = `${exercise.pollPath.replace("{id}", submission.id)}cancel/`;
    store.dispatch({ type: "submission", submission: await postJson(url, {}) });
  } catch (error) {
    // 409: it was finished in the meantime, and its result is on its way.
    if (error.status !== 409) {
      store.dispatch({ type: "notice", text: sentence(error) });
    }
  }
}

function sentence(error) {
  return error.status ? error.message : "The server cannot be reached. Your code is kept here; try again.";
}

/** Write the draft shortly after typing, at once when the page is left, and say so when another tab changed it. */
function keepDraft(store, draft) {
  let timer = null;
  const save = () => {
    clearTimeout(timer);
    timer = null;
    if (store.get().saved) {
      return;
    }
    if (draft.write(changedFiles(store.get()))) {
      store.dispatch({ type: "saved" });
    }
  };
  store.subscribe((state, before) => {
    if (state.files !== before.files) {
      clearTimeout(timer);
      timer = setTimeout(save, SAVE_AFTER);
    }
  });
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", save);
  window.addEventListener("storage", (event) => {
    if (event.key === draft.key) {
      const restore = textsOfDraft(store.get(), parseDraft(event.newValue));
      const text = "This exercise was changed in another tab. Typing here keeps this version.";
      store.dispatch({ type: "notice", text, restore, label: "Take the other" });
    }
  });
}

function bindButtons(root, store, check) {
  const actions = {
    check,
    "reset-file": () => store.dispatch({ type: "reset", paths: [store.get().active] }),
    "reset-all": () => store.dispatch({ type: "reset", paths: store.get().order }),
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (button) {
      actions[button.dataset.action]();
      button.closest("details[data-menu]")?.removeAttribute("open");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
      event.preventDefault();
      check();
    }
  });
}

function drawButtons(root, state) {
  for (const button of root.querySelectorAll('[data-action="check"]')) {
    // Not `disabled`: that would take the focus away from whoever has just pressed it.
    button.setAttribute("aria-disabled", String(!canCheck(state)));
  }
  const saved = root.querySelector('[data-part="saved"]');
  saved.textContent = state.saved ? "Saved in this browser" : "Saving…";
  for (const next of root.querySelectorAll("[data-when-passed]")) {
    next.hidden = state.submission?.state !== "passed";
  }
}

start(document.querySelector("[data-workspace]"));
