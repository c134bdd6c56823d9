// Where each value of a JSON text stands: path (keys joined by line feeds) to {start, end}. As far as it can be read.
export function placesOf(text) {
  const places = new Map();
  let here = 0;

  function blanks() {
    while (/\s/.test(text[here] ?? "")) here += 1;
  }

  function string() {
    const start = here;
    here += 1;
    while (here < text.length && text[here] !== '"') here += text[here] === "\\" ? 2 : 1;
    here += 1;
    return JSON.parse(text.slice(start, here));
  }

  function members(path, close, named) {
    here += 1;
    for (let place = 0; ; place += 1) {
      blanks();
      if (here >= text.length) throw new SyntaxError("unfinished");
      if (text[here] === close) { here += 1; return; }
      let key = String(place);
      if (named) { key = string(); blanks(); here += 1; }
      value([...path, key]);
      blanks();
      if (text[here] === ",") here += 1;
    }
  }

  function value(path) {
    blanks();
    const start = here;
    if (text[here] === "{") members(path, "}", true);
    else if (text[here] === "[") members(path, "]", false);
    else if (text[here] === '"') string();
    else {
      while (here < text.length && !/[\s,\]}]/.test(text[here])) here += 1;
      if (here === start) throw new SyntaxError("no value");
    }
    places.set(path.join("\n"), { start, end: here });
  }

  try { value([]); } catch { /* what was found so far is what there is */ }
  return places;
}
