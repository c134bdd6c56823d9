/* The board as it changes: an event stream for as long as something is under way. */
const board = document.getElementById("board");
const said = document.getElementById("said");

function show(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  let after = null;
  for (const card of [...fresh.content.children]) {
    const old = document.getElementById(card.id);
    if (!old) {
      after ? after.after(card) : board.prepend(card);
      after = card;
    } else if (old.dataset.key !== card.dataset.key) {
      tell(card);
      const open = old.querySelector("details")?.open;
      const had = old.contains(document.activeElement);
      old.replaceWith(card);
      if (open) card.querySelector("details").open = true;
      if (had) card.querySelector("button, summary")?.focus();
      after = card;
    } else {
      // Buttons and what is opened stay as they are: somebody may be about to press one.
      old.querySelector(".live").replaceWith(card.querySelector(".live"));
      after = old;
    }
  }
}

function tell(card) {
  const states = [...card.querySelectorAll(".state")].map((state) => state.textContent.toLowerCase());
  said.textContent = `${card.dataset.title}: ${states.join(", ")}`;
}

function listen() {
  const stream = new EventSource(board.dataset.live);
  stream.onmessage = ({ data }) => {
    const { board: html, broker } = JSON.parse(data);
    show(html);
    if (broker) document.querySelector(".broker").outerHTML = broker;
  };
  stream.addEventListener("idle", () => stream.close());
  stream.addEventListener("more", () => {
    stream.close();
    listen();
  });
  addEventListener("pagehide", () => stream.close());
}

if ("busy" in board.dataset) listen();
