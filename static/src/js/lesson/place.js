import { postJson } from "../lib/http.js";

const REST = 2500; // ms at a heading: who only scrolls past it is not reading there

/** Tell the server the heading that the reader has come to, so that the lesson can offer it at their return. */
export function keepPlace(lesson, { rest = REST, send = postJson } = {}) {
  const { lesson: slug, place: url } = lesson.dataset;
  let told = null;
  let timer = null;
  return function reached(id) {
    clearTimeout(timer);
    // An author's preview keeps no place.
    if (!url || id === null || id === told) {
      return;
    }
    timer = setTimeout(async () => {
      told = id;
      try {
        await send(url, { lesson: slug, heading: id });
      } catch {
        // Not worth a word to somebody who reads; the next heading tries again.
        told = null;
      }
    }, rest);
  };
}
