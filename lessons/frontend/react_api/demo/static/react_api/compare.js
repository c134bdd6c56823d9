/* Loads both pages in frames and asks the browser what each of them took. */

const CARDS_WITHIN = 20_000;

const loaded = (frame) =>
  new Promise((resolve) => {
    frame.addEventListener("load", resolve, { once: true });
    frame.src = frame.dataset.src;
  });

/** Milliseconds from the navigation until there were cards in the page. */
async function cardsAfter(page) {
  const [navigation] = page.performance.getEntriesByType("navigation");
  const until = performance.now() + CARDS_WITHIN;
  while (performance.now() < until) {
    // The app says when it has drawn them; in the other page they came with the document.
    const [mark] = page.performance.getEntriesByName("cards");
    if (mark) return mark.startTime;
    if (!page.document.getElementById("board") && page.document.querySelector(".card")) return navigation.domInteractive;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return NaN;
}

/** How long a body was. What came out of the browser's memory has no length there, and is fetched once more. */
async function bodySize(entry) {
  return entry.decodedBodySize || (await (await fetch(entry.name)).arrayBuffer()).byteLength;
}

async function measure(frame) {
  await loaded(frame);
  const page = frame.contentWindow;
  const ms = await cardsAfter(page);
  const entries = [...page.performance.getEntriesByType("navigation"), ...page.performance.getEntriesByType("resource")];
  const fetched = entries.filter((entry) => !entry.name.startsWith("data:"));
  let all = 0;
  let scripts = 0;
  for (const entry of fetched) {
    const size = await bodySize(entry);
    all += size;
    if (entry.initiatorType === "script") scripts += size;
  }
  return {
    page: frame.dataset.page,
    requests: fetched.length,
    kilobytes: (all / 1000).toFixed(1),
    scripts: (scripts / 1000).toFixed(1),
    cards_ms: Math.round(ms),
  };
}

document.getElementById("measure").addEventListener("click", async ({ target }) => {
  target.disabled = true;
  const said = document.getElementById("said");
  said.textContent = "Loading…";
  const table = document.getElementById("measured");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const rows = table.tBodies[0].rows;
  for (const [index, frame] of [...document.querySelectorAll("iframe")].entries()) {
    const { scripts, ...result } = await measure(frame); // one after the other, so that neither waits for the other
    [result.requests, result.kilobytes, scripts, `${result.cards_ms} ms`].forEach((text, cell) => (rows[index].cells[cell + 1].textContent = text));
    await fetch(table.dataset.action, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams(result) });
  }
  said.textContent = "Measured.";
  target.disabled = false;
});
