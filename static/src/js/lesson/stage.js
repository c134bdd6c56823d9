import { postJson } from "../lib/http.js";
import { effectiveTheme, onThemeChange } from "../lib/theme.js";

const LOWEST = 320;
const HIGHEST = 20_000;
const NEAR = "300px"; // from the edge of the window
const RETRIES = [1000, 4000, 10_000];

/**
 * Talk with the stage in the frame. It tells its height and the receipts of missions, we tell it the theme; nobody but
 * the frame itself, on the demos' own origin, is listened to.
 */
export function startStage(element) {
  const frame = element.querySelector("iframe");
  const notice = element.querySelector("[data-stage-notice]");
  const { origin, receipts } = element.dataset;
  let answered = false;
  const tellTheme = () => {
    // Before the stage has spoken, the frame holds a blank page of another origin.
    if (answered) {
      frame.contentWindow.postMessage({ type: "stage:theme", theme: effectiveTheme() }, origin);
    }
  };
  frame.addEventListener("load", () => (answered = false));
  onThemeChange(tellTheme);
  openWhenNear(frame);
  window.addEventListener("message", (event) => {
    const message = readMessage(event, { origin, source: frame.contentWindow });
    if (!message) {
      return;
    }
    if (!answered) {
      answered = true;
      tellTheme();
    }
    if (message.height) {
      frame.style.height = `${message.height}px`;
    }
    if (message.receipt) {
      handIn(message.receipt, receipts, notice);
    }
  });
}

/** The demo is a page of its own: it is fetched for who comes to it, not for everybody who opens the lesson. */
function openWhenNear(frame) {
  const watch = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        watch.disconnect();
        frame.src = frame.dataset.src;
      }
    },
    { rootMargin: NEAR },
  );
  watch.observe(frame);
}

/** Return {height} or {receipt}, or null for what did not come from the stage or is not of the format. */
export function readMessage(event, { origin, source }) {
  const { data } = event;
  if (event.origin !== origin || event.source !== source || typeof data !== "object" || data === null) {
    return null;
  }
  if (data.type === "stage:height" && Number.isFinite(data.height)) {
    return { height: Math.round(Math.max(LOWEST, Math.min(HIGHEST, data.height))) };
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
