/** Calls `upgrade` with each element that matches, those that are there and those that come. */
export function upgradeAll(selector, upgrade) {
  const seen = new WeakSet();
  const look = (root) => {
    for (const element of [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)]) {
      if (!seen.has(element)) {
        seen.add(element);
        upgrade(element);
      }
    }
  };
  look(document);
  new MutationObserver((records) => {
    for (const record of records) {
      record.addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && look(node));
    }
  }).observe(document.body, { childList: true, subtree: true });
}

/** Says that a script has changed a field, as a person's typing does. */
export function tellChange(field) {
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** The number of the lesson that is edited here; null for one that was never saved. */
export function lessonId() {
  return window.location.pathname.match(/\/pages\/(\d+)\//)?.[1] ?? null;
}

/** The number of the track in which a new lesson is written here; null on every other page. */
export function newLessonTrack() {
  return window.location.pathname.match(/\/pages\/add\/content\/lessonpage\/(\d+)\//)?.[1] ?? null;
}

/** The address of something of the admin's, beside the page that is edited. */
export const adminUrl = (path) => window.location.pathname.replace(/\/pages\/.*$/, `/${path}`);

export const csrf = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
