import { applyTheme, readTheme, writeTheme } from "../lib/theme.js";

export function startThemeSwitch(root = document) {
  const inputs = [...root.querySelectorAll('[data-theme-switch] input[name="theme"]')];
  const show = (choice) => {
    for (const input of inputs) {
      input.checked = input.value === choice;
    }
  };
  show(readTheme());
  for (const input of inputs) {
    input.addEventListener("change", () => {
      writeTheme(input.value);
      applyTheme(input.value);
    });
  }
  // Another tab chose: all tabs look the same.
  window.addEventListener("storage", (event) => {
    if (event.key === "theme") {
      applyTheme(readTheme());
      show(readTheme());
    }
  });
}
