/** From this width the code has a pane of its own; below it, it shows when it is asked for. */
const WIDE = "(min-width: 48rem)";

/**
 * The editor, loaded when its pane shows: on a phone that is when the learner turns from the task to the code.
 * `load` resolves to the module with createEditor; `onFailure` hears that it could not be fetched. After that it is
 * tried again when somebody wants to go to the code, not by every change of the state.
 * Returns {draw(state), goToLine(number), focus()}; the latter two wait for it.
 */
export function createLazyEditor(parent, options, { load = () => import("./editor.js"), onFailure, wide = window.matchMedia(WIDE) }) {
  let editor = null;
  let loading = null;
  let latest = null;
  let failed = false;

  async function ready() {
    loading ??= load().then(({ createEditor }) => {
      editor = createEditor(parent, options);
      show(editor, latest);
      return editor;
    });
    return loading;
  }

  async function withEditor(act) {
    try {
      act(await ready());
    } catch (error) {
      loading = null;
      failed = true;
      onFailure(error);
    }
  }

  function draw(state) {
    latest = state;
    if (editor) {
      show(editor, state);
    } else if (!loading && !failed && (wide.matches || state.pane === "code")) {
      withEditor(() => {});
    }
  }

  wide.addEventListener("change", () => latest && draw(latest));
  return {
    draw,
    goToLine: (number) => withEditor((loaded) => loaded.goToLine(number)),
    focus: () => withEditor((loaded) => loaded.focus()),
  };
}

function show(editor, state) {
  editor.keepOnly(state.order);
  if (state.active !== null) {
    editor.show(state.active);
  }
  for (const path of state.order) {
    editor.setText(path, state.files[path].text);
  }
}
