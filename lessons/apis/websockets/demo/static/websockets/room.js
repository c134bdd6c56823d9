import { Line } from "./line.js";

const TYPING_EVERY = 2_000;
const TYPING_SHOWN = 5_000;
const PAGE = 30;

const byId = (id) => document.getElementById(id);

function post(path, values = {}) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  return fetch(path, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams(values) });
}

function startRoom(room) {
  const { socket, me, earlier } = room.dataset;
  const said = byId("said");
  const typists = new Map();
  let typedAt = -TYPING_EVERY;

  function show(message, first) {
    const item = byId("message").content.firstElementChild.cloneNode(true);
    item.classList.toggle("mine", message.who === me);
    item.dataset.number = message.number ?? "";
    item.querySelector("b").textContent = message.who;
    item.querySelector("small").textContent = message.number ? `no. ${message.number}` : "waits for the line";
    item.querySelector(".text").textContent = message.text;
    if (first) said.prepend(item);
    else said.append(item);
    return item;
  }

  const frames = {
    said({ message }) {
      const item = show(message);
      item.classList.add("new");
      typists.delete(message.who);
      showTypists();
      byId("log").scrollTop = byId("log").scrollHeight;
    },
    presence({ people }) {
      byId("people").replaceChildren(
        ...people.map(({ who, connections }) => {
          const item = document.createElement("li");
          item.classList.toggle("down", connections === 0);
          const state = connections === 0 ? "line down" : connections === 1 ? "here" : `here, ${connections} connections`;
          item.textContent = `${who}${who === me ? " (you)" : ""}: ${state}`;
          return item;
        }),
      );
    },
    typing({ who }) {
      clearTimeout(typists.get(who));
      typists.set(who, setTimeout(() => (typists.delete(who), showTypists()), TYPING_SHOWN));
      showTypists();
    },
    refused({ key, reason, wait }) {
      const message = line.outbox.get(key);
      if (wait && message) line.sayLater(message, wait * 1000);
      else line.outbox.delete(key);
      refused += 1;
      byId("limits").textContent = `Refused ${refused} times: ${reason}${wait ? `, for ${wait} s` : ""}. What was refused is sent again, later.`;
    },
    reading({ number, of, wind }) {
      if (number === 1) arrived.length = 0;
      arrived.push(number);
      drawReading(number, wind);
      byId("limits").textContent = `${arrived.length} of ${of} readings arrived; the last is no. ${number}.`;
    },
  };

  const arrived = [];
  let refused = 0;

  function showTypists() {
    const names = [...typists.keys()];
    byId("typing").textContent = names.length ? `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} writing…` : "";
  }

  function drawReading(number, wind) {
    const mast = byId("mast");
    mast.removeAttribute("hidden");
    if (number === 1) mast.replaceChildren();
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const height = Math.max(2, wind / 2);
    Object.entries({ x: (number - 1) * 3, y: 60 - height, width: 2, height }).forEach(([name, value]) => bar.setAttribute(name, value));
    mast.append(bar);
  }

  const line = new Line(socket, Number(room.dataset.last), {
    state(name, text) {
      byId("state").dataset.state = name;
      byId("state").textContent = text;
      byId("call").hidden = name === "open" || name === "calling";
      byId("hang-up").hidden = name === "off";
      if (name !== "open") byId("people").replaceChildren();
    },
    frame: (frame) => frames[frame.type]?.(frame),
    note(text) {
      const item = document.createElement("li");
      item.textContent = `${new Date().toLocaleTimeString("en-GB")} ${text}`;
      byId("attempts").prepend(item);
      while (byId("attempts").children.length > 8) byId("attempts").lastElementChild.remove();
    },
    waiting(messages) {
      said.querySelectorAll(".waiting").forEach((item) => item.remove());
      for (const { text } of messages) show({ who: me, text }).classList.add("waiting");
      byId("log").scrollTop = byId("log").scrollHeight;
    },
  });

  byId("say").addEventListener("submit", (event) => {
    event.preventDefault();
    line.say(byId("text").value);
    byId("text").value = "";
    typedAt = -TYPING_EVERY;
  });
  byId("text").addEventListener("input", () => {
    if (performance.now() - typedAt < TYPING_EVERY) return;
    typedAt = performance.now();
    line.send({ type: "typing" });
  });
  byId("hang-up").addEventListener("click", () => line.hangUp());
  byId("call").addEventListener("click", () => line.call());
  for (const button of document.querySelectorAll("[data-storm]")) {
    button.addEventListener("click", () => post(new URL("../../storm/", location), { seconds: button.dataset.storm }));
  }
  byId("burst").addEventListener("click", () => {
    refused = 0;
    for (let number = 1; number <= 12; number += 1) line.say(`Gust ${number} of 12`);
  });
  byId("readings").addEventListener("click", () => {
    byId("limits").textContent = "Sent to a consumer that is busy for a moment…";
    post(new URL("../../readings/", location));
  });
  byId("earlier").hidden = said.children.length < PAGE;
  byId("earlier").addEventListener("click", async () => {
    const first = said.querySelector("[data-number]")?.dataset.number;
    const answer = await fetch(`${earlier}?before=${first}`);
    const { messages } = await answer.json();
    for (const message of messages.reverse()) show(message, true);
    byId("earlier").hidden = messages.length < PAGE;
  });
  byId("log").scrollTop = byId("log").scrollHeight;
  line.call();
}

function startKnocking(closed) {
  byId("knock").addEventListener("click", () => {
    const socket = new WebSocket(new URL(closed.dataset.socket, location.href.replace(/^http/, "ws")));
    socket.addEventListener("open", () => (byId("answer").textContent = "It opened."));
    socket.addEventListener("close", ({ code, reason }) => {
      byId("answer").textContent = `close: code ${code}, reason “${reason}”. No status, no word why.`;
    });
  });
}

if (byId("room")) startRoom(byId("room"));
if (byId("closed")) startKnocking(byId("closed"));
