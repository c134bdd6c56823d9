/* A small browser: an address bar and buttons around a frame on the demo, which has the same origin as the stage. */

const FORBIDDEN = /[\\\u0000-\u0020\u007f]/;

export function mountBrowser(section, lessonPrefix) {
  const persona = Number(section.dataset.persona);
  const prefix = persona === 1 ? lessonPrefix : `/~${persona}${lessonPrefix}`;
  const frame = section.querySelector("iframe");
  const address = section.querySelector(".address");
  const complaint = section.querySelector(".complaint");
  const [back, forward] = ["back", "forward"].map((name) => section.querySelector(`[data-go=${name}]`));
  // A history of its own: the window's also has the lesson's pages in it.
  let visited = [];
  let position = -1;
  let moving = false;

  function here() {
    try {
      const { pathname, search } = frame.contentWindow.location;
      return pathname === "blank" ? null : pathname + search;
    } catch {
      return null; // another origin
    }
  }

  function go(path) {
    complaint.hidden = true;
    address.value = path;
    if (here() === null) frame.src = path;
    else frame.contentWindow.location.replace(path);
  }

  function move(step) {
    if (!visited[position + step]) return;
    position += step;
    moving = true;
    go(visited[position]);
  }

  function arrived() {
    const path = here();
    if (path === null) return;
    if (document.activeElement !== address) address.value = path;
    if (!moving && visited[position] !== path) {
      visited = [...visited.slice(0, position + 1), path];
      position = visited.length - 1;
    }
    moving = false;
    back.disabled = position <= 0;
    forward.disabled = position >= visited.length - 1;
  }

  function submitted(event) {
    event.preventDefault();
    const path = toPath(address.value.trim(), prefix);
    if (path === null) {
      complaint.textContent = `This browser stays below ${prefix}`;
      complaint.hidden = false;
      return;
    }
    go(path);
  }

  // A theme that was chosen by hand: the page's own media queries see the system's only. From the moment the page
  // before is left until the next one is complete, so that it is not painted in the other colours first.
  function dress() {
    paint(frame);
    const state = frame.contentDocument?.readyState; // none: a page of another origin
    if (state && state !== "complete") requestAnimationFrame(dress);
  }

  frame.addEventListener("load", () => {
    arrived();
    paint(frame);
    if (here() !== null) frame.contentWindow.addEventListener("pagehide", () => requestAnimationFrame(dress));
  });
  new MutationObserver(() => paint(frame)).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  section.querySelector(".toolbar").addEventListener("submit", submitted);
  back.addEventListener("click", () => move(-1));
  forward.addEventListener("click", () => move(1));
  section.querySelector("[data-go=reload]").addEventListener("click", () => frame.contentWindow.location.reload());

  return {
    persona,
    go,
    owns: (path) => path.startsWith(prefix),
    resolve: (typed) => toPath(typed, prefix),
    /** A token that Django takes from this browser now: of a form on its page, or its cookie. Null without either. */
    csrfToken() {
      const page = here() === null ? null : frame.contentDocument;
      const field = page?.querySelector("[name=csrfmiddlewaretoken]")?.value;
      return field || page?.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || null;
    },
    begin(path) {
      // The frame may have loaded before this script.
      if (here() && frame.contentDocument?.readyState === "complete") arrived();
      else address.value = path;
      dress();
    },
    restart() {
      if (!section.hidden) go(prefix);
    },
    show(visible) {
      section.hidden = !visible;
      if (visible && !frame.hasAttribute("src")) frame.src = prefix;
    },
  };
}

/** Gives the stage's theme to the page in this frame, and to those of its own frames that are of this origin. */
function paint(frame) {
  const { theme } = document.documentElement.dataset;
  const root = frame.contentDocument?.documentElement;
  if (!theme || !root) return;
  if (root.dataset.theme !== theme) root.dataset.theme = theme;
  for (const inner of root.querySelectorAll("iframe")) {
    inner.addEventListener("load", () => paint(inner), { once: true });
    paint(inner);
  }
}

/** What somebody typed as a path within the lesson: "login/" is below it; null when it leads elsewhere. */
export function toPath(typed, prefix) {
  if (FORBIDDEN.test(typed)) return null;
  if (!URL.canParse(typed, location.origin + prefix)) return null;
  const url = new URL(typed, location.origin + prefix);
  if (url.origin !== location.origin || !url.pathname.startsWith(prefix)) return null;
  return url.pathname + url.search;
}
