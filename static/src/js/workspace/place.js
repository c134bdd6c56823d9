/** Which files were open, kept in this browser, so that who comes back finds them: {read(): {active, opened} or null, keep(state)}. */
export function createPlace(slug, storage) {
  const key = `place:${slug}`;
  let kept = "";
  return {
    read: () => parsePlace(storage?.getItem(key) ?? null),
    keep({ active, opened }) {
      const value = JSON.stringify({ active, opened });
      if (value !== kept) {
        kept = value;
        try {
          storage?.setItem(key, value);
        } catch {
          // The browser is full or forbids it: the exercise then begins with its first file again.
        }
      }
    },
  };
}

export function parsePlace(stored) {
  try {
    const { active, opened } = JSON.parse(stored ?? "null") ?? {};
    const texts = Array.isArray(opened) && opened.every((path) => typeof path === "string");
    return texts && typeof active === "string" ? { active, opened } : null;
  } catch {
    // Somebody else's value under our key; it is replaced when the next file is opened.
    return null;
  }
}
