import { h } from "./elements.js";

/** Above a list of lessons to tick, which of them are: most of the list is out of view. */
export function nameChosen(list) {
  const line = h("p", { class: "author-lessons__chosen", role: "status" });
  const tell = () => {
    const labels = [...list.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent.trim());
    line.textContent = labels.length ? `Chosen: ${labels.join(", ")}` : "None chosen";
  };
  list.before(line);
  list.addEventListener("change", tell);
  tell();
}
