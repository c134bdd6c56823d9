// Two readers of one list. Each follows `next`, and notices a row that it has shown before.
function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.split("=")[1] ?? "";
}

function read(reader) {
  const list = reader.querySelector(".rows");
  const told = reader.querySelector(".told");
  const button = reader.querySelector("[data-next]");
  const address = reader.querySelector(".address");
  let next, seen, page;

  function start() {
    next = reader.dataset.url;
    seen = new Set();
    page = 0;
    list.replaceChildren();
    button.disabled = false;
    button.textContent = "First page";
    told.textContent = "";
    address.textContent = `GET ${next}`;
  }

  function show(row) {
    const item = document.createElement("li");
    const twice = seen.has(row.id);
    seen.add(row.id);
    item.append(`#${row.id} `, Object.assign(document.createElement("b"), { textContent: row.species_name }), ` ${row.count}, ${row.place}`);
    if (twice) {
      item.className = "twice";
      item.append(Object.assign(document.createElement("em"), { textContent: " came before" }));
    }
    if (page > 1 && !list.querySelector(`[data-page="${page}"]`)) item.dataset.page = page;
    list.append(item);
    return twice;
  }

  button.addEventListener("click", async () => {
    const response = await fetch(next, { headers: { Accept: "application/json" } });
    const answer = await response.json();
    page += 1;
    const doubles = answer.results.map(show).filter(Boolean).length;
    const count = "count" in answer ? `count ${answer.count}` : "no count";
    told.textContent = `Page ${page}, ${count}, ${doubles ? `${doubles} that came before` : "nothing twice"}.`;
    next = answer.next;
    button.textContent = next ? "Next page" : "No next page";
    button.disabled = !next;
    if (next) address.textContent = `GET ${next.replace(location.origin, "")}`;
  });
  reader.querySelector("[data-again]").addEventListener("click", start);
  start();
}

document.querySelectorAll(".reader").forEach(read);

let arrived = 0;
document.getElementById("arrival").addEventListener("click", async (event) => {
  const response = await fetch(event.target.dataset.url, { method: "POST", headers: { "X-CSRFToken": cookie("csrftoken") } });
  if (response.ok) document.getElementById("arrived").textContent = `${(arrived += 1)} recorded, since you opened this page.`;
});
