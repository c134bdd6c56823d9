import { h } from "../lib/dom.js";

/**
 * The X-ray tab: requests of the mini browser, and those of a check that the learner wants to see. The panel is
 * fetched with the first of them.
 */
export function createXray(root, { onPlace, onResend, load = () => import("../../../../sandbox/xray/static/xray/panel.js") }) {
  let mounted = null;

  /** The panel, or null where it could not be fetched: that is said in its place, and the next request tries again. */
  async function panel() {
    mounted ??= load().then(mount);
    try {
      return await mounted;
    } catch {
      mounted = null;
      root.replaceChildren(h("p", { class: "tool-empty", role: "status" }, "The X-ray could not be loaded. It is tried again with the next request."));
      return null;
    }
  }

  function mount({ mountXray }) {
    return mountXray(root, {
      onSelect: (trace, source) => {
        if (source) {
          onPlace(source);
        }
      },
      origin: "http://localhost:8000",
      curlNote: "For your own machine: download the exercise and start it with runserver.",
      csrfToken: true,
      resend: (trace, request) => onResend(trace, request),
    });
  }

  return {
    add: async (trace) => (await panel())?.add(trace),
    async addAll(traces) {
      const shown = await panel();
      shown?.clear();
      for (const trace of traces) {
        shown?.add(trace);
      }
    },
  };
}
