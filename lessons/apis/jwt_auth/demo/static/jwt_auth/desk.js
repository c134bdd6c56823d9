import { ask, decode, element, now, segments, wallet } from "./client.js";

const keys = document.getElementById("keys");
const NAMES = { access: "Access token", refresh: "Refresh token", spent: "The refresh token before" };

function lasts(seconds) {
  const size = Math.abs(seconds);
  const text = size < 3600 ? `${Math.floor(size / 60)} min ${size % 60} s` : `${Math.floor(size / 3600)} h ${Math.floor((size % 3600) / 60)} min`;
  return seconds > 0 ? `ends in ${text}` : `ended ${text} ago`;
}

function jwtCard(kind, token, actions) {
  const { header, payload } = decode(token);
  return element("article", { class: "key" },
    element("h3", {}, NAMES[kind], " ", element("span", { class: "left", "data-exp": payload.exp })),
    element("p", { class: "token" }, ...segments(token)),
    element("details", kind === "spent" ? {} : { open: "" },
      element("summary", {}, "What it says"),
      element("pre", { class: "wire part-header" }, JSON.stringify(header)),
      element("pre", { class: "wire part-payload", tabindex: "0", "aria-label": "Payload" }, JSON.stringify(payload, null, 2))),
    element("p", { class: "buttons" }, ...actions.map(([value, title]) => element("button", { class: "small", value }, title))));
}

function draw() {
  const { access, refresh, spent, drf } = wallet.read();
  const cards = [];
  if (access) cards.push(jwtCard("access", access, []));
  if (refresh) cards.push(jwtCard("refresh", refresh, [["refresh", "Refresh"], ["logout", "Log out"]]));
  if (spent) cards.push(jwtCard("spent", spent, [["replay", "Refresh with the old one"]]));
  if (drf) {
    cards.push(element("article", { class: "key" }, element("h3", {}, "DRF token"), element("p", { class: "token" }, drf),
      element("p", { class: "muted" }, "Nothing to take apart: it is a key, and the row has the rest."),
      element("p", { class: "buttons" }, element("button", { class: "small", value: "delete" }, "Delete it on the server"))));
  }
  if (keys.dataset.session) {
    cards.push(element("article", { class: "key" }, element("h3", {}, `Session of ${keys.dataset.session}`),
      element("p", { class: "muted" }, `document.cookie says: ${document.cookie.includes("sessionid") ? "sessionid" : "nothing of it"}. The cookie is HttpOnly.`),
      element("p", { class: "buttons" }, element("button", { class: "small", value: "sign-out" }, "Sign out"))));
  }
  keys.replaceChildren(...(cards.length ? cards : [element("p", { class: "muted" }, "Nothing yet. Sign in.")]));
  count();
}

function count() {
  for (const place of keys.querySelectorAll("[data-exp]")) {
    const left = Number(place.dataset.exp) - now();
    place.textContent = lasts(left);
    place.classList.toggle("over", left <= 0);
  }
}

async function refreshWith(refresh) {
  const { status, body } = await ask("POST", "token/refresh/", { json: { refresh } });
  if (status === 200) wallet.write({ ...body, spent: refresh });
}

const acts = {
  pair: async (form) => {
    const { status, body } = await ask("POST", "token/", { json: form });
    if (status === 200) wallet.write({ ...body, spent: undefined });
  },
  drf: async (form) => {
    const { status, body } = await ask("POST", "drf-token/", { json: form });
    if (status === 200) wallet.write({ drf: body.token });
  },
  session: async (form) => {
    const { status, body } = await ask("POST", "session/", { json: form, withCsrf: true, withCookies: true });
    if (status !== 200) return;
    keys.dataset.session = body.you;
    document.body.dataset.csrf = body.csrf; // login() has made another one
    for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = body.csrf;
  },
  refresh: () => refreshWith(wallet.read().refresh),
  replay: () => refreshWith(wallet.read().spent),
  logout: () => ask("POST", "token/logout/", { json: { refresh: wallet.read().refresh } }),
  delete: () => ask("DELETE", "drf-token/", { token: wallet.read().drf, scheme: "Token" }),
  "sign-out": async () => {
    await ask("DELETE", "session/", { withCsrf: true, withCookies: true });
    keys.dataset.session = "";
  },
};

const ways = {
  access: () => ({ token: wallet.read().access }),
  refresh: () => ({ token: wallet.read().refresh }),
  drf: () => ({ token: wallet.read().drf, scheme: "Token" }),
  session: () => ({ withCookies: true, withCsrf: true }),
  cookie: () => ({ withCookies: true }),
  nothing: () => ({}),
};

document.getElementById("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  await acts[event.submitter.value](Object.fromEntries(new FormData(event.target)));
  draw();
});
document.getElementById("send").addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = new FormData(event.target);
  const way = ways[chosen.get("with")]();
  if ("token" in way && !way.token) {
    document.getElementById("answer").textContent = "This browser holds no such token yet.";
  } else {
    await ask(...chosen.get("what").split(" "), way);
  }
});
keys.addEventListener("click", async (event) => {
  const act = acts[event.target.closest("button")?.value];
  if (!act) return;
  await act();
  draw();
});

draw();
setInterval(count, 1000);
