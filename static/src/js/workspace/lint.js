import { syntaxTree } from "@codemirror/language";
import { linter } from "@codemirror/lint";

const MOST = 5;

/** Marks where the language's own grammar does not fit. Templates are left out: their tags are no HTML, and may stand anywhere. */
export const syntaxMarks = linter(
  (view) => {
    const found = [];
    const { state } = view;
    syntaxTree(state).iterate({
      enter: (node) => {
        if (node.type.isTop && !["Script", "StyleSheet", "JsonText"].includes(node.name)) {
          return false;
        }
        if (node.type.isError && found.length < MOST) {
          const line = state.doc.lineAt(node.from);
          const from = Math.max(line.from, Math.min(node.from, line.to - 1));
          const to = Math.max(from, Math.min(line.to, Math.max(node.to, from + 1)));
          found.push({ from, to, severity: "error", message: `This is not complete or not right here (line ${line.number}).` });
        }
        return true;
      },
    });
    return found;
  },
  { delay: 600 },
);
