// The frame's origin is opaque, so the browser gives it no cookies: asking for them is an error. The page around
// it hands in what it can read itself, and this puts it where scripts expect it.
const told = () => new URLSearchParams(location.hash.slice(1));
const handed = told().get("cookie") ?? "";
Object.defineProperty(document, "cookie", { get: () => handed });

const paint = () => {
  const theme = told().get("theme");
  if (theme) document.documentElement.dataset.theme = theme;
};
paint();
window.addEventListener("hashchange", paint);

// A frame like this may not open dialogs.
window.alert = (text) => {
  const note = document.createElement("p");
  note.className = "alert";
  note.setAttribute("role", "alert");
  note.textContent = `A script says: ${text}`;
  document.body.prepend(note);
};

document.addEventListener("DOMContentLoaded", () => {
  const name = document.getElementById("newest-name");
  if (name) document.getElementById("newest").textContent = JSON.parse(name.textContent);
});
