// The token lies in five places; a stranger's script, injected as by XSS, looks for it. Cells are measured.
const home = document.body.dataset.home;
const NAME = `kestrel-kept:${home}`;
const COLUMNS = { look: 0, use: 1, reload: 2, unasked: 3 };
let inAVariable = "";

const cell = (place, column) => document.querySelector(`[data-place=${place}]`).cells[COLUMNS[column] + 1];

const measured = JSON.parse(sessionStorage.getItem(`${NAME}-measured`) ?? "{}"); // to be seen after a reload, too

function note(column, places, found) {
  measured[column] = found;
  sessionStorage.setItem(`${NAME}-measured`, JSON.stringify(measured));
  for (const place of places) {
    const answer = found.includes(place) ? "yes" : "no";
    cell(place, column).textContent = cell(place, column).className = answer;
  }
}

const ALL = ["variable", "session", "local", "readable", "hidden"];

async function put() {
  for (const place of ALL) for (const column of Object.keys(COLUMNS)) cell(place, column).textContent = "";
  const answer = await fetch(`${home}keep/`, { method: "POST", headers: { "X-CSRFToken": document.body.dataset.csrf } });
  const { token } = await answer.json();
  inAVariable = token;
  sessionStorage.setItem(NAME, token);
  localStorage.setItem(NAME, token);
  await unasked();
}

const arrived = async () => {
  const { cookies } = await (await fetch(`${home}keep/arrived/`)).json();
  return cookies.map((name) => name.replace("kestrel_", ""));
};

async function unasked() {
  note("unasked", ALL, await arrived());
}

// region: stranger
function stranger() {
  const found = [];
  if (sessionStorage.getItem(NAME)) found.push("session");
  if (localStorage.getItem(NAME)) found.push("local");
  if (document.cookie.includes("kestrel_readable=")) found.push("readable");
  if (document.cookie.includes("kestrel_hidden=")) found.push("hidden");
  if (globalThis.inAVariable) found.push("variable"); // a module's variables are no globals
  return found;
}

function tapFetch(loot) {
  const real = globalThis.fetch;
  globalThis.fetch = (address, options) => {
    const carried = new Headers(options?.headers).get("Authorization");
    if (carried) loot.push(carried);
    return real(address, options);
  };
  return () => { globalThis.fetch = real; };
}
// endregion: stranger

async function use() {
  const loot = [];
  const untap = tapFetch(loot);
  const leaked = [];
  const tokens = { variable: inAVariable, session: sessionStorage.getItem(NAME), local: localStorage.getItem(NAME) };
  for (const [place, token] of Object.entries(tokens)) {
    const before = loot.length;
    if (token) await fetch(`${home}api/lockers/`, { headers: { Authorization: `Bearer ${token}` } });
    if (loot.length > before) leaked.push(place);
  }
  await arrived(); // cookies travel outside of the script's reach
  untap();
  note("use", ALL, leaked);
  document.getElementById("loot").textContent = loot.length
    ? `The stranger wrote down: ${loot[0].slice(0, 40)}…`
    : "The stranger wrote down nothing.";
}

async function afterReload() {
  const kept = await arrived();
  if (inAVariable) kept.push("variable");
  if (sessionStorage.getItem(NAME)) kept.push("session");
  if (localStorage.getItem(NAME)) kept.push("local");
  note("reload", ALL, kept);
  await unasked();
}

const acts = {
  put,
  look: () => note("look", ALL, stranger()),
  use,
  reload: () => { location.hash = "reloaded"; location.reload(); },
};
document.getElementById("experiments").addEventListener("click", (event) => acts[event.target.value]?.());
if (location.hash === "#reloaded") {
  history.replaceState(null, "", location.pathname);
  for (const [column, found] of Object.entries(measured)) note(column, ALL, found);
  afterReload();
}
