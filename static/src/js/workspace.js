// The page of an exercise. State lives in one store (workspace/state.js); this file connects it to the page.
import { readJson } from "./lib/dom.js";
import { postJson } from "./lib/http.js";
import { safeStorage } from "./lib/theme.js";
import { createBrowser } from "./workspace/browser.js";
import { createButtons } from "./workspace/buttons.js";
import { createConsole } from "./workspace/console.js";
import { createDraft } from "./workspace/draft.js";
import { startFeedback } from "./workspace/feedback.js";
import { createFileMenu } from "./workspace/file-menu.js";
import { createFileTabs } from "./workspace/file-tabs.js";
import { createGrading, sentence } from "./workspace/grading.js";
import { startHints } from "./workspace/hints.js";
import { keepDraft } from "./workspace/keep-draft.js";
import { startKeys } from "./workspace/keys.js";
import { createLazyEditor } from "./workspace/lazy-editor.js";
import { createNotice } from "./workspace/notice.js";
import { createPanes } from "./workspace/panes.js";
import { createPlace } from "./workspace/place.js";
import { createPreview } from "./workspace/preview.js";
import { createResults } from "./workspace/results.js";
import { createReview } from "./workspace/review.js";
import { startSplitters } from "./workspace/splitters.js";
import { createStore, filesToSend, initialState } from "./workspace/state.js";
import { startTaskFiles } from "./workspace/task-files.js";
import { createTools } from "./workspace/tools.js";
import { createXray } from "./workspace/xray.js";

function start(root) {
  const exercise = readJson("exercise-data");
  const storage = safeStorage(exercise.keptIn);
  const draft = createDraft(exercise.keptAs, storage);
  const place = createPlace(exercise.keptAs, storage);
  const store = createStore(initialState(exercise, draft.newest(exercise.draft), place.read()));
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  // The editor and the diff make their style sheets when they start.
  const { nonce } = document.querySelector("script[nonce]") ?? {};
  const { check, cancel, resume } = createGrading(store, exercise);
  const onTool = (tool) => store.dispatch({ type: "tool", tool });
  const onPlace = ({ file, line }) => {
    if (store.get().files[file]) {
      store.dispatch({ type: "opened", path: file });
      editor.goToLine(line);
    }
  };
  const xray = createXray(part("xray"), { onPlace, onResend: (trace, request) => browser.resend(trace, request) });
  const drawStale = () => {
    browser.drawStale();
    pythonConsole.drawStale();
  };
  const asking = { preview: createPreview(exercise.previewUrl, postJson, drawStale), currentFiles: () => filesToSend(store.get()), onPlace, sentence };
  const browser = createBrowser(part("browser"), { ...asking, entry: exercise.entry, onTrace: xray.add });
  const pythonConsole = createConsole(part("console"), asking);
  const run = () => {
    onTool("browser");
    browser.open(filesToSend(store.get()));
  };
  const editorOptions = {
    fileOf: (path) => store.get().files[path],
    nonce,
    describedBy: "editor-help",
    onEdit: (path, text) => store.dispatch({ type: "edited", path, text }),
    onRun: run,
    onCheck: check,
  };
  const editor = createLazyEditor(part("editor"), editorOptions, {
    onFailure: () => store.dispatch({ type: "notice", text: "The editor could not be loaded. Reload the page; your code is kept." }),
  });
  const review = createReview(part("review"), { store, exercise, nonce, sentence });
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
      onCancel: cancel,
      onTraces: (traces) => {
        xray.addAll(traces);
        onTool("xray");
      },
    }),
    createButtons(root, {
      run,
      check,
      "reset-file": () => store.dispatch({ type: "reset", paths: [store.get().active] }),
      "reset-all": () => store.dispatch({ type: "reset", paths: null }),
      attempts: review.attempts,
      solution: review.solution,
      "check-again": check,
      compare: review.solution,
      download: review.download,
      keys: () => document.getElementById("keys").showModal(),
    }),
    editor.draw,
  ];
  store.subscribe((state, before) => state.files !== before.files && drawStale());
  store.subscribe(place.keep);
  store.subscribe((state) => draw.forEach((drawPart) => drawPart(state)));
  keepDraft(store, draft, exercise);
  startKeys({ run, check });
  startTaskFiles(document.getElementById("pane-task"), { store, onOpen: (path) => { store.dispatch({ type: "opened", path }); editor.focus(); } });
  startHints(part("hints"), exercise.keptAs, storage);
  startFeedback(root);
  startSplitters(root);
  draw.forEach((drawPart) => drawPart(store.get()));
  resume();
}

start(document.querySelector("[data-workspace]"));
