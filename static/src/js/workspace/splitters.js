import { safeStorage } from "../lib/theme.js";

const STEP = 24;
const KEY = "workspace-panes";

/** Let the borders between the panes be dragged, or moved with the arrow keys; the widths are remembered. */
export function startSplitters(root) {
  const widths = readWidths();
  for (const handle of root.querySelectorAll("[data-splitter]")) {
    const name = handle.dataset.splitter;
    const limits = { low: Number(handle.getAttribute("aria-valuemin")), high: Number(handle.getAttribute("aria-valuemax")) };
    const pane = document.getElementById(handle.getAttribute("aria-controls"));
    const set = (width) => {
      widths[name] = clamp(width, limits);
      root.style.setProperty(`--${name}-width`, `${widths[name]}px`);
      handle.setAttribute("aria-valuenow", String(Math.round(widths[name])));
    };
    if (widths[name]) {
      set(widths[name]);
    }
    // The task grows to the right, the results grow to the left.
    const sign = name === "task" ? 1 : -1;
    dragged(handle, () => pane.offsetWidth, sign, set, () => storeWidths(widths));
  }
}

function dragged(handle, current, sign, set, store) {
  handle.addEventListener("pointerdown", (down) => {
    const start = current();
    const move = (event) => set(start + sign * (event.clientX - down.clientX));
    handle.setPointerCapture(down.pointerId);
    handle.addEventListener("pointermove", move);
    handle.addEventListener(
      "lostpointercapture",
      () => {
        handle.removeEventListener("pointermove", move);
        store();
      },
      { once: true },
    );
  });
  handle.addEventListener("keydown", (event) => {
    const direction = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (direction) {
      event.preventDefault();
      set(current() + sign * direction * STEP);
      store();
    }
  });
}

export function clamp(width, { low, high }) {
  return Math.max(low, Math.min(high, width));
}

function readWidths() {
  try {
    const stored = JSON.parse(safeStorage()?.getItem(KEY) ?? "{}");
    return Object.fromEntries(Object.entries(stored).filter(([, width]) => Number.isFinite(width)));
  } catch {
    // Not ours, or broken: the panes start at their own widths.
    return {};
  }
}

function storeWidths(widths) {
  safeStorage()?.setItem(KEY, JSON.stringify(widths));
}
