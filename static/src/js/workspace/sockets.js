import { h, icon } from "../lib/dom.js";
import { problemBox } from "./problem-box.js";

const LISTEN = 0.2; // seconds that the project may take for a frame; meanwhile it answers nobody else
const PAUSE = 1000; // ms between two times of listening
const MOST_SILENT = 300; // times in a row without a frame: then listening waits to be asked for

/**
 * WebSockets to the learner's project, a card each, the newest first: what was sent and what came, and a line to send on.
 * They share the mini browser's cookies. Returns {connect(path), drop(): the project that had them is gone}.
 */
export function createSockets(root, { preview, onTrace, onPlace, sentence }) {
  const cards = new Set();

  async function connect(path) {
    const card = createCard(path, { ask, onEnd: () => cards.delete(card), onPlace, sentence });
    root.prepend(card.element);
    cards.add(card);
    await card.connect();
  }

  async function ask(data) {
    const answer = await preview.socket(data);
    if (answer.trace) {
      onTrace(answer.trace);
    }
    return answer;
  }

  function drop() {
    for (const card of [...cards]) {
      card.end("The project was booted anew. Connect again.");
    }
  }

  return { connect, drop };
}

function createCard(path, { ask, onEnd, onPlace, sentence }) {
  const state = h("span", { class: "socket-state", role: "status" }, "connecting …");
  const log = h("ol", { class: "socket-log", "aria-label": `Frames of ${path}`, tabindex: "0" });
  const input = h("input", { type: "text", "aria-label": `Text to send to ${path}`, autocomplete: "off", spellcheck: "false" });
  const send = h("button", { type: "submit", class: "button button-quiet button-small" }, "Send");
  const close = h("button", { type: "button", class: "button button-quiet button-small", onclick: () => once(hangUp) }, "Close");
  const form = h("form", { class: "socket-form", hidden: true }, input, send, close);
  const element = h("section", { class: "socket", "aria-label": `WebSocket ${path}` }, h("h3", { class: "socket-head" }, h("code", {}, path), state), log, form);
  let socket = null;
  let silent = 0;
  let timer = null;
  let turn = Promise.resolve();

  /** One thing after the other: the project answers one question at a time. */
  function once(work) {
    turn = turn.then(async () => {
      try {
        await work();
      } catch (error) {
        end(error.status === 410 ? "The project was put away. Connect again." : sentence(error));
      }
    });
    return turn;
  }

  const connect = () =>
    once(async () => {
      const answer = await ask({ action: "connect", path, subprotocols: [] });
      if (failed(answer)) {
        return;
      }
      const { accepted, socket: number, code } = answer.value;
      if (!accepted) {
        end(`refused${code ? ` (${code})` : ""}`);
        return;
      }
      socket = number;
      state.textContent = "open";
      form.hidden = false;
      await listen();
    });

  async function listen() {
    clearTimeout(timer);
    for (let heard = true; heard && socket !== null; ) {
      const answer = await ask({ action: "receive", socket, timeout: LISTEN });
      if (failed(answer)) {
        return;
      }
      heard = answer.value !== null;
      silent = heard ? 0 : silent + 1;
      if (heard) {
        take(answer.value);
      }
    }
    if (socket !== null && silent < MOST_SILENT) {
      timer = setTimeout(() => (document.hidden ? waitUntilSeen() : once(listen)), PAUSE);
    } else if (socket !== null) {
      state.textContent = "open; nothing came for a while, and listening stopped. Send something to go on.";
    }
  }

  function waitUntilSeen() {
    document.addEventListener("visibilitychange", () => once(listen), { once: true });
  }

  function take(frame) {
    if (frame.code !== undefined) {
      write("in", `closed by the project: ${frame.code}${frame.reason ? ` ${frame.reason}` : ""}`, "close");
      end(`closed (${frame.code})`);
    } else {
      write("in", frame.text ?? `${frame.bytes.length / 2} bytes: ${frame.bytes}`);
    }
  }

  async function say(text) {
    write("out", text);
    silent = 0;
    const answer = await ask({ action: "send", socket, text });
    if (!failed(answer)) {
      state.textContent = "open";
      await listen();
    }
  }

  async function hangUp() {
    if (socket === null) {
      return;
    }
    const number = socket;
    end("closed");
    await ask({ action: "close", socket: number });
  }

  function failed(answer) {
    const problem = answer.problem ?? answer.exception;
    if (problem) {
      element.append(problemBox(problem, answer.problem ? "Your project does not run." : "Your consumer raised an error.", onPlace));
      end("failed");
    }
    return Boolean(problem);
  }

  function write(direction, text, kind = "text") {
    const said = direction === "in" ? "received" : "sent";
    log.append(h("li", { class: `socket-frame socket-${direction} socket-${kind}` }, icon(direction === "in" ? "arrow-left" : "arrow-right", "icon-small"), h("span", { class: "visually-hidden" }, `${said}: `), h("code", {}, text)));
    log.scrollTop = log.scrollHeight;
  }

  function end(text) {
    clearTimeout(timer);
    socket = null;
    state.textContent = text;
    form.hidden = true;
    onEnd();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value;
    input.value = "";
    once(() => (socket === null ? undefined : say(text)));
  });
  return { element, connect, end };
}
