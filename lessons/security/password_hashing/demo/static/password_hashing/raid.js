// Keeps guessing, half a second a request, until it is stopped, the list is through or a minute is over.
const form = document.getElementById("guess");
const button = document.getElementById("keep-going");
const live = document.getElementById("live");
const MOST = 120;
let running = false;

async function step() {
  const answer = await fetch(form.action, {
    method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
  });
  if (answer.status !== 503 && !answer.ok) throw new Error(`The site answered ${answer.status}.`);
  const result = await answer.json();
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  document.getElementById("scene").replaceWith(page.getElementById("scene"));
  return result;
}

async function keepGoing() {
  running = true;
  button.textContent = "Stop";
  try {
    for (let count = 0; running && count < MOST; count += 1) {
      const result = await step();
      if (result.found?.length) live.textContent = `Found: ${result.found.join(", ")}.`;
      if (result.finished) break;
    }
  } catch (error) {
    live.textContent = `Stopped: ${error.message}`;
  }
  running = false;
  button.textContent = "Keep guessing";
}

button.hidden = false;
button.addEventListener("click", () => { if (running) running = false; else keepGoing(); });
