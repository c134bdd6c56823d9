const KEY = "theme";
const CHOICES = ["light", "dark"];

/** Return "light", "dark" or "system". A browser that forbids storage follows the system. */
export function readTheme(storage = safeStorage()) {
  const stored = storage?.getItem(KEY);
  return CHOICES.includes(stored) ? stored : "system";
}

export function writeTheme(choice, storage = safeStorage()) {
  if (CHOICES.includes(choice)) {
    storage?.setItem(KEY, choice);
  } else {
    storage?.removeItem(KEY);
  }
}

export function applyTheme(choice, root = document.documentElement) {
  if (CHOICES.includes(choice)) {
    root.dataset.theme = choice;
  } else {
    delete root.dataset.theme;
  }
}

/** "light" or "dark": what the page looks like now. */
export function effectiveTheme(root = document.documentElement) {
  return root.dataset.theme ?? (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

/** Call `listener` whenever the look may have changed, by choice or by the system. */
export function onThemeChange(listener, root = document.documentElement) {
  new MutationObserver(listener).observe(root, { attributeFilter: ["data-theme"] });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", listener);
}

/** localStorage, or the tab's own storage; null where the reader's settings make touching it an error. */
export function safeStorage(kept = "browser") {
  try {
    return kept === "tab" ? window.sessionStorage : window.localStorage;
  } catch {
    return null;
  }
}
