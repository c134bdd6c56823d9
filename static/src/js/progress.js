// The live demo in a lesson: its height, and the receipts of its missions, which are handed to the course.
import { csrfToken } from "./lib/http.js";

const TALLEST = 4000;

/** Watch the stages below `root`. The demos' origin is the only one whose messages are heard. */
export function startStages(root = document) {
  for (const stage of root.querySelectorAll("[data-stage]")) {
    watch(stage);
  }
}

function watch(stage) {
  const frame = stage.querySelector("iframe");
  window.addEventListener("message", (event) => {
    if (event.origin !== stage.dataset.origin || event.source !== frame.contentWindow) {
      return;
    }
    const message = event.data;
    if (message?.type === "stage:height" && Number.isFinite(message.height) && message.height > 0) {
      frame.style.height = `${Math.min(Math.ceil(message.height), TALLEST)}px`;
    } else if (message?.type === "stage:mission" && typeof message.receipt === "string") {
      void handIn(stage, message.receipt);
    }
  });
}

async function handIn(stage, receipt) {
  const notice = stage.querySelector("[data-stage-notice]");
  try {
    const answer = await post(stage.dataset.receipts, { receipt });
    showParts(answer.html);
    notice.textContent = "";
  } catch (error) {
    notice.textContent = `The mission could not be noted: ${error.message}`;
  }
}

/** Exchange the inside of elements, by their ids. The markup is the course's own, from the same origin. */
export function showParts(parts, root = document) {
  for (const [id, html] of Object.entries(parts)) {
    const element = root.getElementById(id);
    if (element) {
      element.innerHTML = html;
    }
  }
}

async function post(url, data) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
    credentials: "same-origin",
    body: JSON.stringify(data),
  });
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  if (response.ok && isJson) {
    return response.json();
  }
  const told = isJson ? (await response.json()).error : "";
  throw new Error(told || `the server answered ${response.status}. Reload the page and do it again.`);
}
