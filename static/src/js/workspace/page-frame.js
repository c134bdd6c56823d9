import { readFrameMessage } from "./surfing.js";

const GRACE = 1500; // ms after the page has loaded; its script comes before everything else in it

/**
 * The frame in which a page of the project shows. `onGo(href)` and `onSubmit(form)` hear what was pressed in it;
 * `onDeaf` that its script did not start, so that nothing in it will be heard.
 */
export function createPageFrame(frame, { onGo, onSubmit, onDeaf, grace = GRACE }) {
  let ready = false;
  let timer = null;

  window.addEventListener("message", (event) => {
    const message = readFrameMessage(event, frame.contentWindow);
    if (message?.type === "ready") {
      ready = true;
    } else if (message?.type === "go") {
      onGo(message.href);
    } else if (message?.type === "submit") {
      onSubmit(message);
    }
  });
  frame.addEventListener("load", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ready || frame.hidden || onDeaf(), grace);
  });

  return {
    show(url) {
      ready = false;
      frame.hidden = false;
      // Not `src`: each page would become an entry in the history of the site's own page.
      frame.contentWindow.location.replace(new URL(url, window.location.href));
    },
    hide() {
      frame.hidden = true;
    },
  };
}
