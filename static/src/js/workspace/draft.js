/**
 * The learner's changes, kept in this browser, one entry an exercise: {"files": {path: text or null}, "version"} where
 * `version` is the server's draft that they began from, and `synced` says that the server has them.
 */
export function createDraft(slug, storage) {
  const key = `draft:${slug}`;
  return {
    key,
    /** Return {files, version, synced}, or null where there is no draft or what is stored is not one. */
    read() {
      return parseDraft(storage?.getItem(key) ?? null);
    },
    /** The files to begin with: what this browser alone has, else what the server has; null where neither has any. */
    newest(onServer) {
      const here = parseDraft(storage?.getItem(key) ?? null);
      return here && (!here.synced || !onServer) ? here.files : (onServer?.files ?? null);
    },
    /** Store it and return true; false where the browser refuses (no storage, or it is full). */
    write(files, version = 0, synced = false) {
      try {
        storage.setItem(key, JSON.stringify({ files, version, synced }));
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
    const { files, version = 0, synced = false } = JSON.parse(stored);
    const entries = Object.entries(files).filter(([, text]) => typeof text === "string" || text === null);
    return { files: Object.fromEntries(entries), version: Number.isInteger(version) ? version : 0, synced: synced === true };
  } catch {
    // Somebody else's value under our key; it is replaced by the next keystroke.
    return null;
  }
}
