import { h, icon } from "../lib/dom.js";
import { count, duration } from "./describe.js";
import { problemBox } from "./problem-box.js";
import { createPageFrame } from "./page-frame.js";
import { sameFiles } from "./state.js";
import { bodyOf, createHistory, MOST_REDIRECTS, redirectOf, requestOfForm, resolve } from "./surfing.js";

const WEBSOCKET = "WEBSOCKET";

/**
 * The mini browser. `onTrace` hears the X-ray of every request, `onPlace` a line of code that an error names.
 * The method WEBSOCKET opens one instead of loading a page. Returns {open(files): boot them and load the page,
 * resend(trace, request): send one of the X-ray again, drawStale(): the code may have changed}.
 */
export function createBrowser(root, { preview, entry, currentFiles, onTrace, onPlace, sentence }) {
  const part = (name) => root.querySelector(`[data-browser="${name}"]`);
  const parts = Object.fromEntries(["address", "method", "body", "body-row", "frame", "hops", "sockets", "status", "problem", "empty", "back", "forward", "reload", "cookies", "stale", "printed", "printed-text"].map((name) => [name, part(name)]));
  const history = createHistory();
  const here = () => history.now()?.path ?? "/";
  const frame = createPageFrame(parts.frame, {
    onGo: (href) => {
      const path = resolve(href, here());
      path === null ? leave(href) : go({ method: "GET", path });
    },
    onSubmit: (form) => {
      const request = requestOfForm(form, here());
      request ? go(request) : leave(form.action);
    },
    onDeaf: () => warn("alert", "Links and forms in this page do not work now: what the mini browser puts into it did not load. Reload the page in the mini browser; if that does not help, an extension of your browser may be in the way."),
  });
  let sockets = null;
  let busy = false;
  let next = null; // files to boot once what is under way has ended
  let token = null; // the CSRF cookie's value, which Django takes in a header too

  async function open(files) {
    if (busy) {
      next = files;
      return;
    }
    await working("Booting your project …", async () => {
      sockets?.drop();
      const booted = await preview.run(files);
      drawPrinted(booted.output);
      if (booted.problem) {
        return fail(booted.problem, "Your project does not boot.");
      }
      const again = history.now() ?? { method: "GET", path: entry };
      if (!history.now()) {
        history.visit(again);
      }
      return load(again.method === "GET" ? again : { method: "GET", path: again.path }, booted.output);
    });
  }

  async function go(request, { visit = true } = {}) {
    await working(`${request.method} ${request.path} …`, async () => {
      if (!preview.hasFiles()) {
        const booted = await preview.run(currentFiles());
        if (booted.problem) {
          return fail(booted.problem, "Your project does not boot.");
        }
      }
      if (visit) {
        history.visit(request);
      }
      return load(request);
    });
  }

  async function connect(path) {
    await working(`WEBSOCKET ${path} …`, async () => {
      if (!preview.hasFiles()) {
        const booted = await preview.run(currentFiles());
        if (booted.problem) {
          return fail(booted.problem, "Your project does not boot.");
        }
      }
      const { createSockets } = await import("./sockets.js");
      sockets ??= createSockets(parts.sockets, { preview, onTrace, onPlace, sentence });
      parts.empty.hidden = true;
      parts.problem.replaceChildren();
      await sockets.connect(path);
      drawStatus("", 0);
    });
  }

  /** Send, follow redirects one by one, and show where they end. */
  async function load(request, printed = "") {
    const hops = [];
    for (let turn = 0; turn <= MOST_REDIRECTS; turn += 1) {
      const answer = await preview.request(request);
      printed += answer.output ?? "";
      drawPrinted(printed);
      if (answer.problem) {
        return fail(answer.problem, "Your project stopped.");
      }
      token = answer.cookies.csrftoken ?? null;
      if (answer.trace) {
        onTrace(answer.trace);
      }
      const next = redirectOf(answer, request);
      if (!next || next.outside) {
        return show(answer, request, hops, next?.outside);
      }
      hops.push({ ...answer, to: next.path });
      drawHops(hops);
      request = next;
      history.settle(request);
    }
    drawHops(hops);
    return fail({ type: "", message: `${MOST_REDIRECTS} redirects in a row, the last to ${request.path}.`, frames: [] }, "Too many redirects.");
  }

  /** Send a request of the X-ray's form. Rejects with a sentence for whoever wrote it. */
  async function resend(trace, request) {
    const path = resolve(request.path, "/");
    if (path === null) {
      throw new Error("Requests go to your project only: a path begins with /.");
    }
    if (request.withToken && !token) {
      throw new Error("There is no CSRF token: load a page with a form first, or send it without one.");
    }
    const headers = { ...Object.fromEntries(request.headers), "x-xray-resend": trace.id };
    if (request.withToken) {
      headers["x-csrftoken"] = token;
    }
    await go({ method: request.method, path, headers, ...(request.body === null ? {} : { body: request.body }) }, { visit: false });
  }

  function show(answer, request, hops, outside) {
    drawHops(hops);
    parts.address.value = request.path;
    parts.method.value = "GET";
    drawBodyRow();
    parts.empty.hidden = true;
    parts.problem.replaceChildren(...(answer.exception ? [problemBox(answer.exception, "Your code raised an error.", onPlace)] : []));
    if (outside) {
      warn("external", `This leads out of your project, to ${outside}. The mini browser does not go there.`);
    }
    frame.show(preview.documentUrl(answer.page));
    const cookies = Object.entries(answer.cookies);
    parts.cookies.textContent = cookies.length ? count(cookies.length, "cookie") : "";
    parts.cookies.title = cookies.map(([name, value]) => `${name}=${value}`).join("\n");
    const queries = count(answer.trace?.queries?.length ?? 0, "query", "queries");
    const told = [`${answer.method} ${answer.path}: ${answer.status}`, duration(answer.trace?.ms), queries].filter(Boolean).join(" · ");
    drawStatus(told, Math.floor(answer.status / 100));
  }

  function fail(problem, title) {
    parts.empty.hidden = true;
    frame.hide();
    parts.problem.replaceChildren(problemBox(problem, title, onPlace));
    drawStatus(title, 5);
  }

  async function working(text, work) {
    if (busy) {
      return;
    }
    busy = true;
    root.setAttribute("aria-busy", "true");
    drawStatus(text, 0);
    try {
      await work();
    } catch (error) {
      parts.problem.replaceChildren(h("p", { class: "message message-error" }, icon("alert"), h("span", {}, sentence(error))));
      drawStatus("No answer", 0);
    } finally {
      busy = false;
      root.removeAttribute("aria-busy");
      drawButtons();
      drawStale();
    }
    if (next) {
      const files = next;
      next = null;
      await open(files);
    }
  }

  function drawStatus(text, kind) {
    parts.status.textContent = text;
    parts.status.className = `browser-status status-${kind}`;
  }

  /** What the project wrote while it booted and answered: print() is how many look into their code. */
  function drawPrinted(text) {
    parts["printed-text"].textContent = text;
    parts.printed.hidden = !text;
  }

  function drawHops(hops) {
    parts.hops.replaceChildren(...hops.map((hop) => h("li", {}, `${hop.method} ${hop.path} → ${hop.status} to ${hop.to}`)));
    parts.hops.hidden = !hops.length;
  }

  function drawButtons() {
    parts.back.setAttribute("aria-disabled", String(!history.canGo(-1)));
    parts.forward.setAttribute("aria-disabled", String(!history.canGo(1)));
  }

  function drawBodyRow() {
    parts["body-row"].hidden = ["GET", "HEAD", "OPTIONS", WEBSOCKET].includes(parts.method.value);
  }

  function move(step) {
    if (!busy && history.canGo(step)) {
      go({ method: "GET", path: history.move(step).path }, { visit: false });
    }
  }

  function leave(href) {
    parts.problem.replaceChildren();
    warn("external", `${href} is outside your project. The mini browser does not go there.`);
  }

  function warn(drawing, text) {
    parts.problem.append(h("p", { class: "message message-warning" }, icon(drawing), h("span", {}, text)));
  }

  /** Say that what shows here was made by other code than what stands in the editor now. */
  function drawStale() {
    parts.stale.hidden = !preview.hasFiles() || sameFiles(preview.files(), currentFiles());
  }

  // Of the address bar alone: an open WebSocket has a form of its own further down.
  root.querySelector(".browser-bar").addEventListener("submit", (event) => {
    event.preventDefault();
    const path = resolve(parts.address.value.trim() || "/", here());
    if (path === null) {
      leave(parts.address.value);
      return;
    }
    const method = parts.method.value;
    if (method === WEBSOCKET) {
      connect(path);
      return;
    }
    go({ method, path, ...(parts["body-row"].hidden ? {} : bodyOf(parts.body.value)) });
  });
  parts.method.addEventListener("change", drawBodyRow);
  parts.back.addEventListener("click", () => move(-1));
  parts.forward.addEventListener("click", () => move(1));
  parts.reload.addEventListener("click", () => go(history.now() ?? { method: "GET", path: entry }, { visit: !history.now() }));
  parts.address.value = entry;
  drawBodyRow();
  drawButtons();
  return { open, resend, drawStale };
}
