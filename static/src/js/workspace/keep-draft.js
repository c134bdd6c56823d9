import { putJson } from "../lib/http.js";
import { changedFiles } from "./state.js";

const HERE_AFTER = 250;
const SERVER_AFTER = 1200;
const AGAIN_AFTER = 5000;

/**
 * Keep what is typed: in this browser at once, on the server shortly after. The server takes a draft only from who has
 * seen its latest version; otherwise somebody typed in another tab or on another machine, and the learner chooses.
 * Where there is no `draftUrl` (an author tries an exercise) the server takes none, and what is typed stays here.
 */
export function keepDraft(store, draft, exercise) {
  const stored = draft.read();
  let version = stored && !stored.synced ? stored.version : (exercise.draft?.version ?? 0);
  let timer = null;
  let hereTimer = null;
  let sending = false;

  const saveHere = () => {
    clearTimeout(hereTimer);
    return store.get().saved === "yes" || draft.write(changedFiles(store.get()), version);
  };

  async function send() {
    clearTimeout(timer);
    if (sending || ["yes", "conflict"].includes(store.get().saved)) {
      return;
    }
    if (!exercise.draftUrl) {
      store.dispatch({ type: "saved", where: saveHere() ? exercise.keptIn : "no" });
      return;
    }
    const { files } = store.get();
    sending = true;
    try {
      const changes = changedFiles(store.get());
      ({ version } = await putJson(exercise.draftUrl, { files: changes, version }));
      const still = store.get().files === files;
      draft.write(changedFiles(store.get()), version, still);
      store.dispatch({ type: "saved", where: still ? "yes" : "no" });
    } catch (error) {
      refused(error);
    } finally {
      sending = false;
    }
    if (store.get().saved === "no" || store.get().saved === "here") {
      timer = setTimeout(send, store.get().saved === "no" ? SERVER_AFTER : AGAIN_AFTER);
    }
  }

  function refused(error) {
    if (error.status === 409) {
      version = error.data.version;
      draft.write(changedFiles(store.get()), version);
      store.dispatch({ type: "conflict", files: error.data.files });
    } else if (error.status && error.status < 500) {
      store.dispatch({ type: "saved", where: "refused" });
      store.dispatch({ type: "notice", text: `Not saved on the server. ${error.message}` });
    } else {
      store.dispatch({ type: "saved", where: "here" });
    }
  }

  store.subscribe((state, before) => {
    if (state.files !== before.files) {
      clearTimeout(hereTimer);
      clearTimeout(timer);
      // Who chose between two versions has chosen for every tab of this browser, at once.
      if (before.saved === "conflict") saveHere();
      else hereTimer = setTimeout(saveHere, HERE_AFTER);
      timer = setTimeout(send, SERVER_AFTER);
    }
  });
  window.addEventListener("pagehide", saveHere);
  document.addEventListener("visibilitychange", saveHere);
  window.addEventListener("online", send);
  if (stored && !stored.synced) {
    store.dispatch({ type: "saved", where: "no" });
    timer = setTimeout(send, SERVER_AFTER);
  }
}
