import { mountXray } from "../../../../sandbox/xray/static/xray/panel.js";

/** The X-ray tab: requests of the mini browser, and those of a check that the learner wants to see. */
export function createXray(root, { onPlace }) {
  const panel = mountXray(root, {
    onSelect: (trace, source) => {
      if (source) {
        onPlace(source);
      }
    },
  });
  return {
    add: (trace) => panel.add(trace),
    addAll(traces) {
      panel.clear();
      for (const trace of traces) {
        panel.add(trace);
      }
    },
  };
}
