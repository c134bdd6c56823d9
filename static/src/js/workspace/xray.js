/**
 * The X-ray tab: requests of the mini browser, and those of a check that the learner wants to see. The panel is
 * fetched with the first of them.
 */
export function createXray(root, { onPlace, onResend, load = () => import("../../../../sandbox/xray/static/xray/panel.js") }) {
  let mounted = null;

  function panel() {
    mounted ??= load().then(({ mountXray }) =>
      mountXray(root, {
        onSelect: (trace, source) => {
          if (source) {
            onPlace(source);
          }
        },
        origin: "http://localhost:8000",
        curlNote: "For your own machine: download the exercise and start it with runserver.",
        csrfToken: true,
        resend: (trace, request) => onResend(trace, request),
      }),
    );
    return mounted;
  }

  return {
    add: async (trace) => (await panel()).add(trace),
    async addAll(traces) {
      const shown = await panel();
      shown.clear();
      for (const trace of traces) {
        shown.add(trace);
      }
    },
  };
}
