import { h, icon } from "../lib/dom.js";

const BLOCKS = ":is(.highlight, .codehilite, .code-block)";

/** Give every block of code a button that copies it. */
export function startCopyButtons(root = document) {
  for (const block of root.querySelectorAll(BLOCKS)) {
    if (block.parentElement.closest(BLOCKS) || block.querySelector(".copy-button")) {
      continue;
    }
    const code = block.querySelector("td.code pre, pre");
    if (code) {
      block.append(copyButton(code));
    }
  }
}

function copyButton(code) {
  const button = h("button", { type: "button", class: "copy-button", "aria-label": "Copy the code" }, icon("copy"));
  button.addEventListener("click", async () => {
    const copied = await copyText(textOf(code));
    button.replaceChildren(icon(copied ? "check" : "cross"));
    button.toggleAttribute("data-done", copied);
    button.setAttribute("aria-label", copied ? "Copied" : "The browser did not allow copying");
    setTimeout(() => {
      button.replaceChildren(icon("copy"));
      button.removeAttribute("data-done");
      button.setAttribute("aria-label", "Copy the code");
    }, 1800);
  });
  return button;
}

/** Give every field that is there to be copied from a button that does it. */
export function startCopyFields(root = document) {
  for (const field of root.querySelectorAll("[data-copy-field]")) {
    const said = h("span", { class: "visually-hidden", role: "status" });
    const button = h("button", { type: "button", class: "button button-quiet" }, field.dataset.copyField);
    button.addEventListener("click", async () => {
      const input = field.querySelector("input");
      const copied = await copyText(input.value);
      if (!copied) {
        input.select();
      }
      button.textContent = copied ? "Copied" : "Press Ctrl+C";
      said.textContent = copied ? "Copied" : "The browser did not allow copying. The text is selected: press Ctrl+C.";
      setTimeout(() => {
        button.textContent = field.dataset.copyField;
        said.textContent = "";
      }, 3000);
    });
    field.append(button, said);
  }
}

function textOf(code) {
  const copy = code.cloneNode(true);
  for (const number of copy.querySelectorAll(".linenos, .lineno")) {
    number.remove();
  }
  return copy.textContent.replace(/\n$/, "");
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No permission, or a page that is not served securely: the button says so.
    return false;
  }
}
