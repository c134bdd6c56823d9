import { ask, decode, encode, segments, wallet } from "./client.js";

const form = document.getElementById("forge");
const [header, payload, key] = ["header", "payload", "key"].map((id) => document.getElementById(id));
const made = document.getElementById("made");
const trouble = document.getElementById("trouble");
const genuine = wallet.read().access;
const text = (value) => JSON.stringify(value, null, 2);

const recipes = {
  genuine: () => ({ signature: "old" }),
  courier: () => ({ payload: { courier: true }, signature: "old" }),
  none: () => ({ header: { alg: "none" }, payload: { courier: true }, signature: "none" }),
  confused: () => ({ header: { alg: "HS256" }, payload: { courier: true }, signature: "hmac" }),
};

// region: forge
async function sign(signed) {
  const kind = new FormData(form).get("signature");
  if (kind === "none") return "";
  if (kind === "old") return genuine.split(".")[2];
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(key.value), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return encode(new Uint8Array(await crypto.subtle.sign("HMAC", secret, new TextEncoder().encode(signed))));
}

async function forged() {
  const parts = [header, payload].map((field) => encode(new TextEncoder().encode(JSON.stringify(JSON.parse(field.value)))));
  const signed = parts.join(".");
  return `${signed}.${await sign(signed)}`;
}
// endregion: forge

async function draw() {
  try {
    const token = await forged();
    made.replaceChildren(...segments(token));
    trouble.textContent = "";
    return token;
  } catch (error) {
    trouble.textContent = `That is no JSON: ${error.message}`;
    return null;
  }
}

function begin(recipe) {
  const { header: head, payload: body } = decode(genuine);
  const change = recipes[recipe]();
  header.value = text({ ...head, ...change.header });
  payload.value = text({ ...body, ...change.payload });
  form.elements.signature.value = change.signature;
  return draw();
}

if (genuine) {
  begin("genuine");
  form.addEventListener("input", draw);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => { if (event.target.dataset.recipe) begin(event.target.dataset.recipe); });
  document.addEventListener("click", async (event) => {
    const target = event.target.dataset?.send;
    const token = target && (await draw());
    if (token) ask(...target.split(" "), { token });
  });
} else {
  trouble.textContent = "Obtain a pair at the desk first.";
}
