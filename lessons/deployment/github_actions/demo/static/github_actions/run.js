// A run's page: its socket carries it out, and says every line.
const WORDS = { elsewhere: "not run here" };
const panels = document.querySelector("[data-panels]");

function show(mark, state) {
  mark.dataset.state = state;
  mark.textContent = WORDS[state] || state;
}

function words(root) {
  for (const mark of root.querySelectorAll(".state, [data-word]")) {
    mark.textContent = WORDS[mark.textContent.trim()] || mark.textContent.trim();
  }
}

function listen(panel) {
  words(panel);
  if (panel.dataset.conclusion) return;
  const address = new URL(`../../ws/runs/${panel.dataset.run}/`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address);
  const cancel = panel.querySelector("[data-cancel]");
  cancel.hidden = false;
  cancel.addEventListener("click", () => socket.send(JSON.stringify({ type: "cancel" })));
  socket.addEventListener("message", (message) => hear(panel, JSON.parse(message.data)));
  socket.addEventListener("close", () => {
    cancel.hidden = true;
    if (!panel.dataset.conclusion) panel.querySelector("[data-reason]").textContent = "The connection is gone; reload the page.";
  });
}

function hear(panel, event) {
  const total = panel.querySelector("[data-total]");
  if (event.type === "run") {
    show(total, event.conclusion);
    panel.querySelector("[data-reason]").textContent = event.reason || "";
    if (event.conclusion !== "pending") panel.dataset.conclusion = event.conclusion;
    return;
  }
  const job = panel.querySelector(`[data-job="${CSS.escape(event.job)}"]`);
  if (event.type === "job") {
    show(job.querySelector(".state"), event.state);
    panel.querySelector(`[data-node="${CSS.escape(event.job)}"]`).dataset.state = event.state;
    if (total.dataset.state === "queued" || total.dataset.state === "pending") {
      show(total, "running");
      panel.querySelector("[data-reason]").textContent = "";
    }
    return;
  }
  if (event.step < 0) {
    for (const line of event.lines) job.querySelector("[data-notes]").append(Object.assign(document.createElement("li"), { textContent: line }));
    return;
  }
  const step = job.querySelector(`[data-step="${event.step}"]`);
  if (event.type === "step") {
    step.dataset.state = event.state;
    step.open = event.state === "running" || event.state === "failure";
    const word = WORDS[event.state] || event.state;
    step.querySelector("[data-word]").textContent = event.seconds > 0.05 ? `${word}, ${event.seconds} s` : word;
    return;
  }
  const log = step.querySelector("pre");
  for (const line of event.lines) {
    log.append(Object.assign(document.createElement("span"), { className: event.kind, textContent: `${line}\n` }));
  }
  log.scrollTop = log.scrollHeight;
}

for (const panel of panels.querySelectorAll("[data-run]")) listen(panel);

document.querySelector("[data-again]").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  const { panels: added, refusals } = await answer.json();
  document.querySelector("[data-refusal]").textContent = refusals.join(" ");
  for (const address of added) {
    const page = await (await fetch(address)).text();
    const panel = new DOMParser().parseFromString(page, "text/html").querySelector("[data-run]");
    panels.prepend(panel);
    listen(panel);
  }
});
