/**
 * All that the workspace knows, in one object; everything on the page is drawn from it.
 *
 * {slug, order: [path], files: {path: {text, starter, editable}}, starters: {path: text} of what the learner may change,
 *  editable: [path or directory ending with /], checked: {path: text or null} of the latest submission | null, opened: [path] in tabs, active: path, submission: object | null,
 *  phase: "idle" | "sending" | "waiting", connection: "socket" | "polling" | "lost" | null,
 *  problem: string | null, notice: {text, restore: {path: text or null} | null, label} | null,
 *  saved: "yes" | "no" | "here" (in this browser only) | "tab" (in this tab only) | "conflict" | "refused", pane: "task" | "code" | "results",
 *  tool: "browser" | "checks" | "console" | "xray"}
 * A mapping of path to text has null for a file that is not there: `starter` of a new one, a removed one in a draft.
 */
export const FINISHED = new Set(["passed", "failed", "error", "timeout", "cancelled", "broken", "aside"]);

export function isFinished(submission) {
  return FINISHED.has(submission.state);
}

export const TOOLS = ["browser", "checks", "console", "xray"];
const MOST_TABS = 5;

/** `place` is what was open when the learner left: {active, opened}, or null. */
export function initialState(exercise, draft, place = null) {
  const files = {};
  for (const { path, text, editable } of exercise.files) {
    files[path] = { text, starter: text, editable };
  }
  const starters = Object.fromEntries(exercise.files.filter((file) => file.editable).map(({ path, text }) => [path, text]));
  const order = readingOrder(exercise.files);
  const state = {
    slug: exercise.slug,
    order,
    files,
    starters,
    editable: exercise.editable ?? Object.keys(starters),
    hidden: exercise.hidden ?? [],
    opened: [],
    active: null,
    submission: exercise.submission ?? null,
    checked: exercise.submittedFiles ?? null,
    phase: exercise.submission && !isFinished(exercise.submission) ? "waiting" : "idle",
    connection: null,
    problem: null,
    notice: null,
    saved: "yes",
    pane: "task",
    tool: "checks",
  };
  const begun = withTexts(state, draft ?? exercise.submittedFiles ?? {});
  const left = place?.opened.filter((path) => begun.files[path]) ?? [];
  if (left.includes(place?.active)) {
    return { ...begun, active: place.active, opened: left.slice(0, MOST_TABS) };
  }
  const active = firstToOpen(begun.order, begun.files, exercise.first);
  const opened = begun.order.length <= MOST_TABS ? begun.order : begun.order.filter((path) => path === active || isChanged(begun, path));
  return { ...begun, active, opened: opened.slice(0, MOST_TABS) };
}

/** Files in the order in which they are given, those with nothing in them (a package's __init__.py) last. */
function readingOrder(files) {
  const paths = (wanted) => files.filter(wanted).map((file) => file.path);
  return [...paths((file) => file.text.trim()), ...paths((file) => !file.text.trim())];
}

/** The file that the exercise begins with; where the learner took it away, the first that may be changed. */
function firstToOpen(order, files, first) {
  return files[first] ? first : (order.find((path) => files[path].editable) ?? order[0] ?? null);
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
  edited: (state, { path, text }) => ({ ...withTexts(state, { [path]: text }), saved: "no" }),
  opened: (state, { path }) => (state.files[path] ? { ...withTab(state, path), active: path, pane: "code" } : state),
  created: (state, { path, text = "" }) => open({ ...withTexts(state, { [path]: text }), saved: "no" }, path),
  renamed: (state, { path, to }) => rename(state, path, to),
  removed: (state, { path }) => remove(state, path),
  conflict: (state, { files }) => ({
    ...state,
    saved: "conflict",
    notice: {
      text: "This exercise was changed in another tab or on another machine. Typing here keeps this version.",
      restore: textsOfDraft(state, files),
      label: "Take the other",
    },
  }),
  replaced: (state, { files, text }) => replace(state, files, text),
  saved: (state, { where = "yes" }) => ({ ...state, saved: where }),
  pane: (state, { pane }) => ({ ...state, pane }),
  tool: (state, { tool }) => ({ ...state, tool, pane: "results" }),
  sending: (state) => ({ ...state, checked: filesToSend(state), phase: "sending", problem: null, connection: null, pane: "results", tool: "checks" }),
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
  restored: (state) => (state.notice?.restore ? { ...withTexts(state, state.notice.restore), saved: "no", notice: null } : state),
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

/** What is sent: every file that the learner may change, changed or not; null for one that they removed. */
export function filesToSend(state) {
  return { ...textsNow(state), ...removedFiles(state) };
}

/** The draft: the files that differ from the starter. */
export function changedFiles(state) {
  const changed = Object.entries(textsNow(state)).filter(([path, text]) => text !== state.starters[path]);
  return { ...Object.fromEntries(changed), ...removedFiles(state) };
}

/** What turns the present files into those of a draft: the starter where the draft has nothing, null for what it lacks. */
export function textsOfDraft(state, draft) {
  const none = Object.fromEntries(Object.keys(textsNow(state)).map((path) => [path, null]));
  return { ...none, ...state.starters, ...(draft ?? {}) };
}

/** Whether two mappings of path to text say the same; null is a file that is not there. */
export function sameFiles(one, other) {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((path) => (one[path] ?? null) === (other[path] ?? null));
}

/** Whether the code is another than what the shown result is about. */
export function isStale(state) {
  return Boolean(state.checked) && state.submission !== null && isFinished(state.submission) && !sameFiles(state.checked, filesToSend(state));
}

export function isChanged(state, path) {
  return state.files[path].text !== state.files[path].starter;
}

/** Whether the learner may make a file of this name, by the exercise's paths. */
export function mayEdit(state, path) {
  const under = (patterns) => patterns.some((pattern) => path === pattern || (pattern.endsWith("/") && path.startsWith(pattern)));
  return under(state.editable) && !under(state.hidden);
}

/** A sentence that says why a new file cannot be called so; empty where it can. */
export function whyNotName(state, path) {
  if (!path || path.endsWith("/")) {
    return "Give the file a name.";
  }
  if (path.startsWith("/") || path.includes("\\") || path.split("/").some((part) => part === "" || part === "." || part === ".." || part !== part.trim())) {
    return "That is not a path inside the project.";
  }
  if (state.order.some((other) => other.toLowerCase() === path.toLowerCase())) {
    return `${path} is there already.`;
  }
  if (state.order.some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`))) {
    return `${path} would be a file and a folder at once.`;
  }
  if (!mayEdit(state, path)) {
    return `In this exercise files can be made in ${newFilePlaces(state).join(", ")}.`;
  }
  return "";
}

/** Where new files can be made: the directories, and single files that are missing. */
export function newFilePlaces(state) {
  return state.editable.filter((pattern) => pattern.endsWith("/") || !state.files[pattern]);
}

function textsNow(state) {
  const paths = state.order.filter((path) => state.files[path].editable);
  return Object.fromEntries(paths.map((path) => [path, state.files[path].text]));
}

function removedFiles(state) {
  const gone = Object.keys(state.starters).filter((path) => !state.files[path]);
  return Object.fromEntries(gone.map((path) => [path, null]));
}

/** Lay texts over the files: a new path is made, null takes one away, what may not be changed stays. */
function withTexts(state, texts) {
  const files = { ...state.files };
  for (const [path, text] of Object.entries(texts)) {
    if (!mayEdit(state, path) || (files[path] && !files[path].editable)) {
      continue;
    }
    if (text === null) {
      delete files[path];
    } else {
      files[path] = { text, starter: state.starters[path] ?? null, editable: true };
    }
  }
  const kept = state.order.filter((path) => files[path]);
  const made = Object.keys(files).filter((path) => !kept.includes(path));
  const order = made.length || kept.length !== state.order.length ? [...kept, ...made.sort()] : state.order;
  const opened = order === state.order ? state.opened : state.opened.filter((path) => files[path]);
  const active = !state.active || files[state.active] ? state.active : (opened[0] ?? order.find((path) => files[path].editable) ?? order[0] ?? null);
  return { ...state, files, order, opened, active };
}

function withTab(state, path) {
  if (state.opened.includes(path)) {
    return state;
  }
  const opened = [...state.opened, path];
  return { ...state, opened: opened.length > MOST_TABS ? opened.slice(-MOST_TABS) : opened };
}

function open(state, path) {
  return state.files[path] ? { ...withTab(state, path), active: path, pane: "code" } : state;
}

function rename(state, path, to) {
  if (!state.files[path]?.editable || whyNotName(state, to)) {
    return state;
  }
  const { text } = state.files[path];
  const notice = { text: `${path} is now ${to}.`, restore: { [to]: null, [path]: text }, label: "Undo" };
  return { ...open(withTexts(state, { [path]: null, [to]: text }), to), saved: "no", notice };
}

function remove(state, path) {
  if (!state.files[path]?.editable) {
    return state;
  }
  const notice = { text: `Removed ${path}.`, restore: { [path]: state.files[path].text }, label: "Undo" };
  return { ...withTexts(state, { [path]: null }), saved: "no", notice };
}

/** Take other files (an attempt's, another tab's) instead of the present ones, which Undo brings back. */
function replace(state, files, text) {
  const restore = { ...Object.fromEntries(Object.keys(files).map((path) => [path, null])), ...textsNow(state), ...removedFiles(state) };
  return { ...withTexts(state, textsOfDraft(state, files)), saved: "no", notice: { text, restore, label: "Undo" } };
}

/** Back to the starter: the named files, or with null everything, which takes new files away and brings removed ones back. */
function reset(state, paths) {
  const changes = changedFiles(state);
  const changed = Object.keys(changes).filter((path) => paths === null || paths.includes(path));
  if (!changed.length) {
    return { ...state, notice: { text: "Nothing to reset: this is the starter.", restore: null, label: "" } };
  }
  const before = Object.fromEntries(changed.map((path) => [path, changes[path]]));
  const starters = Object.fromEntries(changed.map((path) => [path, state.starters[path] ?? null]));
  const what = changed.length === 1 ? changed[0] : `${changed.length} files`;
  const notice = { text: `Reset ${what} to the starter.`, restore: before, label: "Undo" };
  return { ...withTexts(state, starters), saved: "no", notice };
}
