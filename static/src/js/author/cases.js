// Wrong and also-right cases in the text of their files: `<case>/<path>`, and what is said of a case in `<case>/CASE`.
const CAUGHT_BY = /^caught by: (\S*) — ?(.*)$/;

/** The names of the cases, in their order. */
export function casesOf(files) {
  return [...new Set([...files.keys()].map((path) => path.split("/")[0]))];
}

/** What the first line of CASE says: {check, why}. */
export function readCase(files, name) {
  const line = (files.get(`${name}/CASE`) ?? "").split("\n")[0].trim();
  const match = line.match(CAUGHT_BY);
  return match ? { check: match[1], why: match[2] } : { check: "", why: line.replace(/^caught by:\s*/, "") };
}

/** The text of CASE; empty for an also-right case of which nothing is said. */
export function writeCase({ check, why }, { wrong }) {
  if (wrong) {
    return `caught by: ${check} — ${why}\n`;
  }
  return why ? `${why}\n` : "";
}

/** The checks that a checks.py has, in their order. */
export function checksIn(text) {
  return [...text.matchAll(/^[ \t]+(?:async )?def (test_\w+)/gm)].map((match) => match[1]);
}

/** The same files in the same order, with those below `from` below `to`. A file is named by itself. */
export function renamed(files, from, to) {
  return new Map(
    [...files].map(([path, text]) => {
      const inside = path === from ? "" : path.startsWith(`${from}/`) ? path.slice(from.length) : null;
      return [inside === null ? path : to + inside, text];
    }),
  );
}

/** Why `path` cannot be the name of a new file (or, with a slash at its end, of a case), or an empty string. */
export function problemOf(path, files) {
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..") || /[\\\u0000-\u001f]/.test(path)) {
    return "This is not a path inside the project.";
  }
  return files.has(path) ? "There is such a file already." : "";
}
