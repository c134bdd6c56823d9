// The page of an exercise. State lives in one store (workspace/state.js); this file connects it to the page.
import { readJson } from "./lib/dom.js";
import { getJson, postJson } from "./lib/http.js";
import { safeStorage } from "./lib/theme.js";
import { createBrowser } from "./workspace/browser.js";
import { createConsole } from "./workspace/console.js";
import { createDraft } from "./workspace/draft.js";
import { createEditor } from "./workspace/editor.js";
import { createFileMenu } from "./workspace/file-menu.js";
import { createFileTabs } from "./workspace/file-tabs.js";
import { follow } from "./workspace/follow.js";
import { startHints } from "./workspace/hints.js";
import { createNotice } from "./workspace/notice.js";
import { startKeys } from "./workspace/keys.js";
import { keepDraft } from "./workspace/keep-draft.js";
import { createPanes } from "./workspace/panes.js";
import { createPreview } from "./workspace/preview.js";
import { createResults } from "./workspace/results.js";
import { createReview } from "./workspace/review.js";
import { startSplitters } from "./workspace/splitters.js";
import { canCheck, createStore, filesToSend, initialState, isFinished } from "./workspace/state.js";
import { createTools } from "./workspace/tools.js";
import { createXray } from "./workspace/xray.js";


function start(root) {
  const exercise = readJson("exercise-data");
  const draft = createDraft(exercise.slug, safeStorage());
  const store = createStore(initialState(exercise, draft.newest(exercise.draft), root.querySelector(".task-prose").textContent));
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const watch = watcher(store, exercise);
  const check = () => sendCode(store, exercise, watch);
  const onPlace = ({ file, line }) => {
    if (store.get().files[file]) {
      store.dispatch({ type: "opened", path: file });
      editor.goToLine(line);
    }
  };
  const editor = createEditor(part("editor"), {
    fileOf: (path) => store.get().files[path],
    nonce: document.querySelector("script[nonce]")?.nonce,
    describedBy: "editor-help",
    onEdit: (path, text) => store.dispatch({ type: "edited", path, text }),
    onRun: () => run(),
    onCheck: check,
  });
  const xray = createXray(part("xray"), { onPlace });
  const onTool = (tool) => store.dispatch({ type: "tool", tool });
  const asking = { preview: createPreview(exercise.previewUrl, postJson), currentFiles: () => filesToSend(store.get()), onPlace, sentence };
  const browser = createBrowser(part("browser"), { ...asking, entry: exercise.entry, onTrace: xray.add });
  createConsole(part("console"), asking);
  const run = () => {
    onTool("browser");
    browser.open(filesToSend(store.get()));
  };
  const review = createReview(part("review"), { store, exercise, nonce: document.querySelector("script[nonce]")?.nonce, sentence });
  const draw = [
    createFileTabs(part("tabs"), part("editor"), { onOpen: (path) => store.dispatch({ type: "opened", path }) }),
    createFileMenu(part("files"), { store, onDone: editor.focus }),
    createPanes(root, { onPane: (pane) => store.dispatch({ type: "pane", pane }) }),
    createTools(part("results"), { onTool }),
    createNotice(part("notice"), {
      onUndo: () => store.dispatch({ type: "restored" }),
      onClose: () => store.dispatch({ type: "noticeClosed" }),
    }),
    createResults(part("checks"), {
      onFrame: onPlace,
      onCancel: () => cancelSubmission(store, exercise),
      onTraces: (traces) => {
        xray.addAll(traces);
        onTool("xray");
      },
    }),
    (state) => drawButtons(root, state),
    (state) => showFiles(editor, state),
  ];
  store.subscribe((state) => draw.forEach((drawPart) => drawPart(state)));
  keepDraft(store, draft, exercise);
  bindButtons(root, { store, run, check, review });
  startKeys({ run, check });
  startHints(part("hints"), exercise.slug);
  startSplitters(root);
  draw.forEach((drawPart) => drawPart(store.get()));
  const { submission } = store.get();
  if (submission && !isFinished(submission)) {
    watch(submission);
  }
}

function showFiles(editor, state) {
  editor.keepOnly(state.order);
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

function bindButtons(root, { store, run, check, review }) {
  const actions = {
    run,
    check,
    "reset-file": () => store.dispatch({ type: "reset", paths: [store.get().active] }),
    "reset-all": () => store.dispatch({ type: "reset", paths: null }),
    attempts: review.attempts,
    solution: review.solution,
    download: review.download,
    keys: () => document.getElementById("keys").showModal(),
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (button) {
      actions[button.dataset.action]();
      button.closest("details[data-menu]")?.removeAttribute("open");
    }
  });
}

const SAVED = {
  yes: "Saved",
  no: "Saving …",
  here: "Saved in this browser",
  conflict: "Changed in another tab too",
  refused: "Not saved on the server",
};

function drawButtons(root, state) {
  for (const button of root.querySelectorAll('[data-action="check"]')) {
    // Not `disabled`: that would take the focus away from whoever has just pressed it.
    button.setAttribute("aria-disabled", String(!canCheck(state)));
  }
  root.querySelector('[data-part="saved"]').textContent = SAVED[state.saved];
  for (const next of root.querySelectorAll("[data-when-passed]")) {
    next.hidden = state.submission?.state !== "passed";
  }
}

start(document.querySelector("[data-workspace]"));
