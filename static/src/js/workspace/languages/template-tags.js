/** What Django's template engine would not take, found while typing: tags that nobody closes, or that close nothing. */

const TOKEN = /\{%-?\s*([\w.]*)([^\n]*?)%\}|\{#[^\n]*?#\}|\{\{[^\n]*?\}\}|\{%|\{\{/g;
// Tags with an end; others have one where the file itself uses it, as tags of one's own do.
const BLOCKS = new Set(["autoescape", "block", "blocktrans", "blocktranslate", "cache", "comment", "filter", "for", "if", "ifchanged", "language", "localize", "localtime", "partialdef", "spaceless", "timezone", "verbatim", "with"]);
const BETWEEN = { elif: ["if"], else: ["if", "for", "ifchanged"], empty: ["for"], plural: ["blocktrans", "blocktranslate"] };
const LITERAL = new Set(["comment", "verbatim"]);

/** [{from, to, message}] for the source of a template, in its order. */
export function templateProblems(source) {
  const tokens = [...source.matchAll(TOKEN)].map(readToken);
  const ends = new Set(tokens.filter((token) => token.name?.startsWith("end")).map((token) => token.name.slice(3)));
  const found = [];
  const open = [];
  for (const token of tokens) {
    const inner = open.at(-1);
    if (inner && LITERAL.has(inner.name) && token.name !== `end${inner.name}`) {
      continue;
    }
    if (token.unfinished) {
      found.push(problem(token, `${token.unfinished} is not closed on this line.`));
    } else if (token.name === "") {
      found.push(problem(token, "A tag without a name."));
    } else if (token.name in BETWEEN) {
      checkBetween(token, inner, found);
    } else if (token.name?.startsWith("end")) {
      close(token, open, found);
    } else if (token.name && (BLOCKS.has(token.name) || ends.has(token.name))) {
      open.push(token);
    }
  }
  found.push(...open.map((token) => problem(token, `{% ${token.name} %} has no {% end${token.name} %}.`)));
  return found.sort((a, b) => a.from - b.from);
}

function readToken(match) {
  const token = { from: match.index, to: match.index + match[0].length };
  if (match[1] !== undefined) {
    return { ...token, name: match[1] };
  }
  return ["{%", "{{"].includes(match[0]) ? { ...token, unfinished: match[0] } : token;
}

function checkBetween(token, inner, found) {
  if (!inner || (BLOCKS.has(inner.name) && !BETWEEN[token.name].includes(inner.name))) {
    const around = inner ? `stands in {% ${inner.name} %}, which has none` : "belongs to nothing";
    found.push(problem(token, `{% ${token.name} %} ${around}.`));
  }
}

/** Close the block that this tag ends. One that was opened inside it and forgotten is told at its own place. */
function close(token, open, found) {
  const name = token.name.slice(3);
  const at = open.findLastIndex((block) => block.name === name);
  if (at === -1) {
    found.push(problem(token, `{% ${token.name} %} closes nothing: there is no {% ${name} %} before it.`));
    return;
  }
  for (const forgotten of open.splice(at).slice(1)) {
    found.push(problem(forgotten, `{% ${forgotten.name} %} has no {% end${forgotten.name} %} before {% ${token.name} %}.`));
  }
}

function problem({ from, to }, message) {
  return { from, to, message };
}
