import { getJson, postJson } from "../lib/http.js";
import { follow } from "./follow.js";
import { canCheck, filesToSend, isFinished } from "./state.js";

/** Handing code in and following what becomes of it: {check(), cancel(), resume(): follow what is on its way}. */
export function createGrading(store, exercise) {
  let stop = () => {};

  /** Follow a submission, and stop following the one before it. */
  function watch(submission) {
    stop();
    stop = follow({
      socketUrl: exercise.wsPath ? socketAddress(exercise.wsPath.replace("{id}", submission.id)) : null,
      fetchSubmission: () => getJson(exercise.pollPath.replace("{id}", submission.id)),
      onSubmission: (changed) => store.dispatch({ type: "submission", submission: changed }),
      onConnection: (connection) => store.dispatch({ type: "connection", connection }),
    });
  }

  async function check() {
    if (!canCheck(store.get())) {
      return;
    }
    // On its way first, drawn afterwards: the server begins while the page says so.
    const answer = postJson(exercise.submitUrl, { files: filesToSend(store.get()) });
    store.dispatch({ type: "sending" });
    try {
      const submission = await answer;
      store.dispatch({ type: "submission", submission });
      watch(submission);
    } catch (error) {
      store.dispatch({ type: "refused", message: sentence(error) });
    }
  }

  async function cancel() {
    const { submission } = store.get();
    try {
      const url = `${exercise.pollPath.replace("{id}", submission.id)}cancel/`;
      store.dispatch({ type: "submission", submission: await postJson(url, {}) });
    } catch (error) {
      // 409: it was finished in the meantime, and its result is on its way.
      if (error.status !== 409) {
        store.dispatch({ type: "notice", text: sentence(error) });
      }
    }
  }

  function resume() {
    const { submission } = store.get();
    if (submission && !isFinished(submission)) {
      watch(submission);
    }
  }

  return { check, cancel, resume };
}

function socketAddress(path) {
  const address = new URL(path, window.location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return address.href;
}

/** What went wrong with something that was sent, in the server's own words where it answered. */
export function sentence(error) {
  return error.status ? error.message : "The server cannot be reached. Your code is kept here; try again.";
}
