/**
 * All that the workspace knows, in one object; everything on the page is drawn from it.
 *
 * {slug, order: [path], files: {path: {text, starter, editable}}, active: path, submission: object | null,
 *  phase: "idle" | "sending" | "waiting", connection: "socket" | "polling" | "lost" | null,
 *  problem: string | null, notice: {text, restore: {path: text} | null, label} | null, saved: boolean, pane: "task" | "code" | "results"}
 */
export const FINISHED = new Set(["passed", "failed", "error", "timeout", "cancelled"]);

export function isFinished(submission) {
  return FINISHED.has(submission.state);
}

export function initialState(exercise, draft, task = "") {
  const files = {};
  for (const { path, text, editable } of exercise.files) {
    const submitted = exercise.submittedFiles?.[path];
    files[path] = { text: editable ? (draft?.[path] ?? submitted ?? text) : text, starter: text, editable };
  }
  const order = readingOrder(exercise.files);
  return {
    slug: exercise.slug,
    order,
    files,
    active: firstToOpen(order, files, task),
    submission: exercise.submission ?? null,
    phase: exercise.submission && !isFinished(exercise.submission) ? "waiting" : "idle",
    connection: null,
    problem: null,
    notice: null,
    saved: true,
    pane: "task",
  };
}

/** Files in the order in which they are given, those with nothing in them (a package's __init__.py) last. */
function readingOrder(files) {
  const paths = (wanted) => files.filter(wanted).map((file) => file.path);
  return [...paths((file) => file.text.trim()), ...paths((file) => !file.text.trim())];
}

/** The file that the task speaks of first, of those that may be changed; else the first that may be changed. */
function firstToOpen(order, files, task) {
  const editable = order.filter((path) => files[path].editable);
  const spoken = editable.filter((path) => task.includes(path)).sort((a, b) => task.indexOf(a) - task.indexOf(b));
  return spoken[0] ?? editable[0] ?? order[0] ?? null;
}

/** What a tab says: the file's name, with as many of its folders as it takes to be the only one. */
export function shortNames(paths) {
  return Object.fromEntries(paths.map((path) => [path, shortName(path, paths)]));
}

function shortName(path, paths) {
  const parts = path.split("/");
  for (let length = 1; length < parts.length; length += 1) {
    const name = parts.slice(-length).join("/");
    if (paths.filter((other) => other === name || other.endsWith(`/${name}`)).length === 1) {
      return name;
    }
  }
  return path;
}

const REDUCERS = {
  edited: (state, { path, text }) => ({ ...withTexts(state, { [path]: text }), saved: false }),
  opened: (state, { path }) => (state.files[path] ? { ...state, active: path, pane: "code" } : state),
  saved: (state) => ({ ...state, saved: true }),
  pane: (state, { pane }) => ({ ...state, pane }),
  sending: (state) => ({ ...state, phase: "sending", problem: null, connection: null, pane: "results" }),
  refused: (state, { message }) => ({ ...state, phase: "idle", problem: message }),
  submission: (state, { submission }) => ({
    ...state,
    submission,
    phase: isFinished(submission) ? "idle" : "waiting",
    connection: isFinished(submission) ? null : state.connection,
  }),
  connection: (state, { connection }) => ({ ...state, connection }),
  notice: (state, { text, restore = null, label = "Undo" }) => ({ ...state, notice: { text, restore, label } }),
  noticeClosed: (state) => ({ ...state, notice: null }),
  reset: (state, { paths }) => reset(state, paths),
  restored: (state) => restore(state),
};

/** Return the state after `action`; what did not change stays the same object. */
export function reduce(state, action) {
  const reducer = REDUCERS[action.type];
  if (!reducer) {
    throw new Error(`no such action: ${action.type}`);
  }
  return reducer(state, action);
}

export function createStore(state) {
  const listeners = new Set();
  return {
    get: () => state,
    dispatch(action) {
      const before = state;
      state = reduce(state, action);
      if (state !== before) {
        for (const listener of listeners) {
          listener(state, before);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
    },
  };
}

/** Code may be handed in while nothing is on its way; what waits because of us does not stop a new attempt. */
export function canCheck(state) {
  return state.phase === "idle" || (state.phase === "waiting" && state.submission.state === "ours");
}

/** What is sent: every file that the learner may change, changed or not. */
export function filesToSend(state) {
  return pick(state, (file) => file.editable);
}

/** The draft: the files that differ from the starter. */
export function changedFiles(state) {
  return pick(state, (file) => file.editable && file.text !== file.starter);
}

/** Every editable file as it is in a draft: the starter where the draft has nothing. */
export function textsOfDraft(state, draft) {
  const paths = state.order.filter((path) => state.files[path].editable);
  return Object.fromEntries(paths.map((path) => [path, draft?.[path] ?? state.files[path].starter]));
}

export function isChanged(state, path) {
  return state.files[path].text !== state.files[path].starter;
}

function pick(state, wanted) {
  const paths = state.order.filter((path) => wanted(state.files[path]));
  return Object.fromEntries(paths.map((path) => [path, state.files[path].text]));
}

function withTexts(state, texts) {
  const files = { ...state.files };
  for (const [path, text] of Object.entries(texts)) {
    if (files[path]?.editable) {
      files[path] = { ...files[path], text };
    }
  }
  return { ...state, files };
}

function reset(state, paths) {
  const changed = paths.filter((path) => state.files[path].editable && isChanged(state, path));
  if (!changed.length) {
    return { ...state, notice: { text: "Nothing to reset: this is the starter.", restore: null, label: "" } };
  }
  const before = Object.fromEntries(changed.map((path) => [path, state.files[path].text]));
  const starters = Object.fromEntries(changed.map((path) => [path, state.files[path].starter]));
  const what = changed.length === 1 ? changed[0] : `${changed.length} files`;
  const notice = { text: `Reset ${what} to the starter.`, restore: before, label: "Undo" };
  return { ...withTexts(state, starters), saved: false, notice };
}

function restore(state) {
  if (!state.notice?.restore) {
    return state;
  }
  return { ...withTexts(state, state.notice.restore), saved: false, notice: null };
}
