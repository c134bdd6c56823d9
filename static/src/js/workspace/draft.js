/** The learner's changes, kept in this browser, one entry an exercise: {"files": {path: text}}. */
export function createDraft(slug, storage) {
  const key = `draft:${slug}`;
  return {
    key,
    /** Return {path: text}, or null where there is no draft or what is stored is not one. */
    read() {
      return parseDraft(storage?.getItem(key) ?? null);
    },
    /** Store it and return true; false where the browser refuses (no storage, or it is full). */
    write(files) {
      try {
        if (Object.keys(files).length) {
          storage.setItem(key, JSON.stringify({ files }));
        } else {
          storage.removeItem(key);
        }
        return true;
      } catch {
        return false;
      }
    },
  };
}

export function parseDraft(stored) {
  if (!stored) {
    return null;
  }
  try {
    const { files } = JSON.parse(stored);
    const entries = Object.entries(files).filter(([, text]) => typeof text === "string");
    return Object.fromEntries(entries);
  } catch {
    // Somebody else's value under our key; it is replaced by the next keystroke.
    return null;
  }
}
