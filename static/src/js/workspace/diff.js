import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { editorTheme } from "./editor-theme.js";
import { loadLanguage } from "./languages.js";

const SIDE_BY_SIDE = 640;

/** Show two texts, neither of which can be changed here: beside each other, on a narrow screen in one. Returns what ends it. */
export async function openDiff(parent, { path, mine, theirs, nonce }) {
  const shared = (label) => [
    nonce ? EditorView.cspNonce.of(nonce) : [],
    lineNumbers(),
    editorTheme,
    EditorView.lineWrapping,
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ "aria-label": `${label} of ${path}`, tabindex: "0" }),
  ];
  const language = await loadLanguage(path);
  parent.replaceChildren();
  const wide = parent.clientWidth >= SIDE_BY_SIDE;
  const view = wide
    ? new MergeView({
        parent,
        a: { doc: mine, extensions: [shared("Your version"), language] },
        b: { doc: theirs, extensions: [shared("Other version"), language] },
        collapseUnchanged: { margin: 4, minSize: 8 },
      })
    : new EditorView({
        parent,
        doc: theirs,
        extensions: [shared("Difference"), language, unifiedMergeView({ original: mine, mergeControls: false })],
      });
  return () => view.destroy();
}
