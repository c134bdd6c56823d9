// Asks one of the three, and hangs up when the button is pressed again. Without this script they are plain links.
const asks = document.getElementById("asks");
const state = document.getElementById("state");
const heard = document.getElementById("heard");
const log = document.getElementById("log");
const MOST_LOOKS = 40;
let current = null; // { link, hangUp }

function say(words) {
  state.textContent = words;
}

function over(words) {
  if (!current) return;
  current.link.textContent = current.link.dataset.words;
  current = null;
  say(words);
  look();
}

/** The log, again and again until nothing in it is open: a thread that nobody waits for takes its time. */
async function look(looks = 0) {
  const answer = await fetch(log.dataset.url);
  if (!answer.ok) return;
  log.innerHTML = await answer.text();
  const isOpen = log.querySelector("[data-open]").dataset.open === "yes";
  if (isOpen && !current && looks < MOST_LOOKS) setTimeout(() => look(looks + 1), 300);
}

function watch(link) {
  const source = new EventSource(link.href);
  heard.replaceChildren();
  source.addEventListener("reading", (event) => {
    const { buoy, wind } = JSON.parse(event.data);
    const item = document.createElement("li");
    item.textContent = wind === null ? `${buoy}: silent` : `${buoy}: ${wind} kn`;
    heard.prepend(item);
    while (heard.children.length > 8) heard.lastChild.remove();
  });
  source.addEventListener("end", () => {
    source.close(); // or the browser would ask again
    over("The stream has ended.");
  });
  return () => source.close();
}

function ask(link) {
  const controller = new AbortController();
  fetch(link.href, { signal: controller.signal })
    .then((answer) => answer.json())
    .then((answer) => over(`Answered: ${answer.heard} buoys were heard.`))
    .catch((error) => {
      if (error.name !== "AbortError") over(`It failed: ${error.message}`);
    });
  return () => controller.abort();
}

asks.addEventListener("click", (event) => {
  const link = event.target.closest("[data-ask]");
  if (!link) return;
  event.preventDefault();
  if (current) {
    const isSame = current.link === link;
    current.hangUp();
    over("You have left.");
    if (isSame) return;
  }
  say("Waiting for the answer …");
  current = { link, hangUp: link.dataset.ask === "stream" ? watch(link) : ask(link) };
  link.textContent = "Leave";
});

for (const link of asks.querySelectorAll("[data-ask]")) link.setAttribute("role", "button");
asks.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches("[data-ask]")) {
    event.preventDefault();
    event.target.click();
  }
});
