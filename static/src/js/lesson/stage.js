import { postJson } from "../lib/http.js";
import { whenIdle } from "../lib/idle.js";
import { whenNear } from "../lib/near.js";
import { effectiveTheme, onThemeChange } from "../lib/theme.js";

const LOWEST = 320;
const HIGHEST = 20_000;
const NEAR = "300px"; // from the edge of the window
const RETRIES = [1000, 4000, 10_000];
const SLOW = 6000; // ms until it is said that the demo is still being waited for
const AGAIN = [15_000, 30_000, 60_000]; // ms until it is asked for anew; after these every minute

/**
 * Talk with the stage in the frame. It tells its height, the receipts of missions, and where it shows what it was asked
 * for; we tell it the theme and filters of its X-ray. Nobody but the frame itself, on the demos' own origin, is
 * listened to. Returns {filter(text): show only these requests, and bring them into view}.
 */
export function startStage(element) {
  const frame = element.querySelector("iframe");
  const notice = element.querySelector("[data-stage-notice]");
  const { origin, receipts } = element.dataset;
  let answered = false;
  let shown = false; // the stage has told its height
  let wanted = null; // a filter, until the stage has told where it shows what is left
  let mayScroll = false; // the reader has just asked to be brought there
  const tell = (message) => frame.contentWindow.postMessage(message, origin);
  const tellTheme = () => {
    // Before the stage has spoken, the frame holds a blank page of another origin.
    if (answered) {
      tell({ type: "stage:theme", theme: effectiveTheme() });
    }
  };
  const tellFilter = () => {
    if (answered && wanted !== null) {
      tell({ type: "stage:filter", filter: wanted });
    }
  };
  const listening = () => {
    answered = true;
    tellTheme();
    tellFilter();
  };
  const filter = (text) => {
    wanted = text;
    mayScroll = true;
    open();
    tellFilter();
  };
  const open = () => {
    if (!frame.hasAttribute("src")) {
      frame.src = frame.dataset.src;
      setTimeout(() => shown || say(`Waiting for the demo, at ${origin} …`), SLOW);
      askAgain(0);
    }
  };
  const askAgain = (turn) =>
    setTimeout(() => {
      if (!shown) {
        say(`The demos at ${origin} do not answer. They are asked again by themselves.`);
        frame.src = frame.dataset.src;
        askAgain(turn + 1);
      }
    }, AGAIN[Math.min(turn, AGAIN.length - 1)]);
  const say = (text) => (notice.textContent = text);
  frame.addEventListener("load", () => frame.hasAttribute("src") && listening());
  onThemeChange(tellTheme);
  // The demo is a page of its own: it is fetched for who comes to it, not for everybody who opens the lesson.
  whenIdle(() => whenNear([frame], NEAR, open));
  window.addEventListener("message", (event) => {
    const message = readMessage(event, { origin, source: frame.contentWindow });
    if (!message) {
      return;
    }
    if (!answered) {
      listening();
    }
    if (message.height) {
      if (!shown) {
        shown = true;
        say("");
      }
      frame.style.height = `${message.height}px`;
    }
    if (message.receipt) {
      // An editor's preview has nowhere to hand it in.
      receipts ? handIn(message.receipt, receipts, notice) : say("Mission done. In a preview it is not counted.");
    }
    if (message.reveal !== undefined) {
      wanted = null;
      if (mayScroll) {
        mayScroll = false;
        reveal(frame, message.reveal);
      }
    }
  });
  return { filter };
}

/** Scroll to a place of the framed page, which cannot do so itself, and let the keyboard go on there. */
function reveal(frame, top) {
  const header = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  window.scrollTo({ top: window.scrollY + frame.getBoundingClientRect().top + top - header });
  frame.focus({ preventScroll: true });
}

/** Return {height}, {reveal} or {receipt}, or null for what did not come from the stage or is not of the format. */
export function readMessage(event, { origin, source }) {
  const { data } = event;
  if (event.origin !== origin || event.source !== source || typeof data !== "object" || data === null) {
    return null;
  }
  if (data.type === "stage:height" && Number.isFinite(data.height)) {
    return { height: Math.round(Math.max(LOWEST, Math.min(HIGHEST, data.height))) };
  }
  if (data.type === "stage:reveal" && Number.isFinite(data.top)) {
    return { reveal: Math.round(Math.max(0, Math.min(HIGHEST, data.top))) };
  }
  if (data.type === "stage:mission" && typeof data.receipt === "string") {
    return { receipt: data.receipt };
  }
  return null;
}

async function handIn(receipt, url, notice) {
  try {
    const answer = await postPatiently(url, { receipt });
    notice.textContent = "";
    for (const [id, html] of Object.entries(answer.html ?? {})) {
      const element = document.getElementById(id);
      if (element) {
        element.innerHTML = html;
      }
    }
  } catch (error) {
    notice.textContent = error.status
      ? `The mission was not counted. ${error.message}`
      : "The mission was not counted: the server cannot be reached. Reload the page to try again.";
  }
}

/** Post; where the network or the server fails, again a few times. A refusal is an answer and is not asked twice. */
async function postPatiently(url, data) {
  for (const pause of RETRIES) {
    try {
      return await postJson(url, data);
    } catch (error) {
      if (error.status && error.status < 500) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return postJson(url, data);
}
