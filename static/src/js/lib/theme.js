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

/** localStorage, or null where the reader's settings make touching it an error. */
export function safeStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
