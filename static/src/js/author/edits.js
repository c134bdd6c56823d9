// What the buttons above a Markdown field do: {text, from, to}, the selection's ends, to the same.

/** Put marks around the selection, or take them away where they are. */
export function wrap({ text, from, to }, before, after = before, empty = "text") {
  const inside = text.slice(from, to);
  if (text.slice(from - before.length, from) === before && text.slice(to, to + after.length) === after && inside) {
    return { text: text.slice(0, from - before.length) + inside + text.slice(to + after.length), from: from - before.length, to: to - before.length };
  }
  const shown = inside || empty;
  return { text: text.slice(0, from) + before + shown + after + text.slice(to), from: from + before.length, to: from + before.length + shown.length };
}

/** Begin each line of the selection with `mark`, or take it away where all have it. */
export function prefix({ text, from, to }, mark) {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const after = text.indexOf("\n", to);
  const end = after === -1 ? text.length : after;
  const lines = text.slice(start, end).split("\n");
  const all = lines.every((line) => line.startsWith(mark));
  const changed = lines.map((line) => (all ? line.slice(mark.length) : mark + line)).join("\n");
  return { text: text.slice(0, start) + changed + text.slice(end), from: start, to: start + changed.length };
}

/** Put a paragraph of its own at the selection's end, and select `chosen` of it. */
export function insertBlock({ text, to }, block, chosen = "") {
  const before = to === 0 || text.slice(0, to).endsWith("\n\n") ? "" : text[to - 1] === "\n" ? "\n" : "\n\n";
  const after = to === text.length || text[to] === "\n" ? "" : "\n\n";
  const at = to + before.length + (chosen ? block.indexOf(chosen) : block.length);
  return { text: text.slice(0, to) + before + block + after + text.slice(to), from: at, to: at + chosen.length };
}

export const fence = (selection) => {
  const inside = selection.text.slice(selection.from, selection.to);
  if (!inside) {
    return insertBlock(selection, "```python\ncode\n```", "code");
  }
  return wrap(selection, "```python\n", "\n```");
};
