// Asks the throttled address, then fetches the drawing of what the cache remembers now.
const url = document.getElementById("throttle").dataset.url;
const answers = document.getElementById("answers");

async function ask() {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  const item = document.createElement("li");
  item.className = `s${Math.floor(response.status / 100)}`;
  const wait = response.headers.get("Retry-After");
  const text = response.ok ? `${(await response.json()).length} rows` : `Retry-After: ${wait}`;
  item.append(Object.assign(document.createElement("b"), { textContent: response.status }), ` ${text}`);
  answers.append(item);
}

async function redraw() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  document.getElementById("window").replaceWith(document.importNode(page.getElementById("window"), true));
}

async function asked(times) {
  for (let count = 0; count < times; count += 1) await ask();
  await redraw();
}

// Until they are listened to they can't be pressed: a click that came before would be lost.
for (const [id, times] of [["one", 1], ["six", 6]]) {
  const button = document.getElementById(id);
  button.addEventListener("click", () => asked(times));
  button.disabled = false;
}
