const LATEST = 300; // ms: by then it runs, however busy the page is

/** Run each of `steps` when the page has nothing else to do, one at a time, so that none of them delays a click. */
export function whenIdle(...steps) {
  const [step, ...others] = steps;
  if (!step) {
    return;
  }
  // Safari has none.
  const wait = window.requestIdleCallback ?? ((act) => setTimeout(act, 1));
  wait(
    () => {
      step();
      whenIdle(...others);
    },
    { timeout: LATEST },
  );
}
