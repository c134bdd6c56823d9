import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { editorTheme } from "./editor-theme.js";
import { languageOf, loadLanguage } from "./languages.js";
import { syntaxMarks } from "./lint.js";

// Marks what the page puts into the editor itself, so that it is not taken for typing.
const fromPage = Annotation.define();
const setFlash = StateEffect.define();

const flash = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setFlash)) {
        return effect.value === null ? Decoration.none : Decoration.set([Decoration.line({ class: "cm-flash" }).range(effect.value)]);
      }
    }
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * One view, and a state for each file, so that each keeps its own undo history, selection and scroll position.
 * `onEdit(path, text)` hears typing only.
 */
export function createEditor(parent, { fileOf, nonce, describedBy, onEdit, onRun, onCheck }) {
  const states = new Map();
  const languages = new Map();
  let open = null;
  const view = new EditorView({ parent, extensions: nonce ? [EditorView.cspNonce.of(nonce)] : [] });

  function stateFor(path) {
    const language = new Compartment();
    languages.set(path, language);
    const { text, editable } = fileOf(path);
    return EditorState.create({
      doc: text,
      extensions: [
        nonce ? EditorView.cspNonce.of(nonce) : [],
        Prec.highest(keymap.of(runKeys(onRun, onCheck))),
        shared,
        indentUnit.of(languageOf(path) === "py" ? "    " : "  "),
        EditorState.readOnly.of(!editable),
        EditorView.contentAttributes.of({
          tabindex: "0",
          "aria-label": editable ? `Code of ${path}` : `Code of ${path}, read only`,
          "aria-describedby": describedBy,
        }),
        language.of([]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !update.transactions.some((transaction) => transaction.annotation(fromPage))) {
            onEdit(path, update.state.doc.toString());
          }
        }),
      ],
    });
  }

  function show(path) {
    if (open === path) {
      return;
    }
    if (open !== null) {
      states.set(open, view.state);
    }
    if (!states.has(path)) {
      states.set(path, stateFor(path));
    }
    open = path;
    view.setState(states.get(path));
    loadLanguage(path).then((extension) => {
      if (open === path) {
        view.dispatch({ effects: languages.get(path).reconfigure(extension) });
      }
    });
  }

  /** Make the editor hold `text`; an undo in the editor brings the old text back. */
  function setText(path, text) {
    if (open === path) {
      if (view.state.doc.toString() !== text) {
        view.dispatch(replaceAll(view.state, text));
      }
    } else if (states.has(path)) {
      const state = states.get(path);
      if (state.doc.toString() !== text) {
        states.set(path, state.update(replaceAll(state, text)).state);
      }
    }
  }

  /** Forget files that are gone; one of the same name later begins anew. */
  function keepOnly(paths) {
    for (const path of [...states.keys()].filter((path) => !paths.includes(path))) {
      states.delete(path);
      languages.delete(path);
    }
    if (open !== null && !paths.includes(open)) {
      open = null;
    }
  }

  function goToLine(number) {
    const line = view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));
    view.dispatch({
      selection: { anchor: line.from },
      effects: [EditorView.scrollIntoView(line.from, { y: "center" }), setFlash.of(line.from)],
    });
    view.focus();
    setTimeout(() => view.dispatch({ effects: setFlash.of(null) }), 1600);
  }

  return { show, setText, keepOnly, goToLine, focus: () => view.focus() };
}

function replaceAll(state, text) {
  return {
    changes: { from: 0, to: state.doc.length, insert: text },
    annotations: fromPage.of(true),
  };
}

function runKeys(onRun, onCheck) {
  const doing = (act) => () => {
    act();
    return true;
  };
  return [
    { key: "Mod-Enter", run: doing(onRun) },
    { key: "Mod-Shift-Enter", run: doing(onCheck) },
  ];
}

const shared = [
  lineNumbers(),
  foldGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  search({ top: false }),
  flash,
  syntaxMarks,
  editorTheme,
  keymap.of([
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...completionKeymap,
    // Tab indents. Escape and then Tab leaves the editor: CodeMirror sees to that, and the page says it.
    indentWithTab,
  ]),
];
