// Several files as one text, as content/bundles.py has it: each below a line `=== path ===`. Both are tested with
// the same examples, bundles.json.
const BARE = " no newline at the end";
// A path begins with no blank. What else is a space, or ends a line, the two languages see in different ways: only
// "\n" does here, and neither "m" nor \S is asked.
const PATH = "[^ \\t\\n][^\\n]*?";
const HEADING = new RegExp(`^=== (${PATH}) ===(${BARE})?$`);
const LOOKALIKE = new RegExp(`(?<![^\\n])\\\\*=== ${PATH} ===(?:${BARE})?(?![^\\n])`, "g");
const ESCAPED = new RegExp(`^\\\\(?=\\\\*=== ${PATH} ===(?:${BARE})?$)`);

/** The text of a Map of path to text. */
export function joinFiles(files) {
  return [...files]
    .map(([path, found]) => {
      const text = found.replace(LOOKALIKE, "\\$&");
      const bare = text !== "" && !text.endsWith("\n");
      return `=== ${path} ===${bare ? BARE : ""}\n${text}${bare ? "\n" : ""}`;
    })
    .join("");
}

/** The Map that joinFiles makes this text of. Throws an Error with a sentence. */
export function splitFiles(text) {
  const files = new Map();
  const unix = text.replaceAll("\r\n", "\n");
  let path = null;
  let bare = false;
  let lines = [];
  const keep = () => files.set(path, lines.join("\n") + (bare || lines.length === 0 ? "" : "\n"));
  for (const row of unix.trim() ? unix.replace(/\n$/, "").split("\n") : []) {
    const match = row.match(HEADING);
    if (match) {
      if (path !== null) {
        keep();
      }
      [, path] = match;
      bare = Boolean(match[2]);
      lines = [];
      if (files.has(path)) {
        throw new Error(`${path} stands here twice.`);
      }
    } else if (path === null && row.trim()) {
      throw new Error("The text begins with a line === path ===.");
    } else if (path !== null) {
      lines.push(row.replace(ESCAPED, ""));
    }
  }
  if (path !== null) {
    keep();
  }
  return files;
}
