/** Mark the outline's entry of the heading that was passed last, and show the parts of its section only. */
export function followHeadings(outline, reached = () => {}) {
  const links = [...(outline?.querySelectorAll('a[href^="#"]') ?? [])];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  if (!links.length || headings.includes(null)) {
    return;
  }
  const levels = headings.map((heading) => Number(heading.tagName.slice(1)));
  let shown = null;
  const draw = () => {
    const current = currentHeading(headings.map((heading) => heading.getBoundingClientRect().top), window.innerHeight / 3);
    if (current === shown) {
      return;
    }
    // Nobody has come anywhere by opening the page.
    if (shown !== null) {
      reached(headings[current].id);
    }
    shown = current;
    const near = sectionOf(levels, current);
    links.forEach((link, index) => {
      if (index === current) {
        link.setAttribute("aria-current", "location");
      } else {
        link.removeAttribute("aria-current");
      }
      link.parentElement.classList.toggle("outline__item--far", levels[index] > 2 && !near.has(index));
    });
  };
  let asked = false;
  window.addEventListener(
    "scroll",
    () => {
      if (!asked) {
        asked = true;
        requestAnimationFrame(() => {
          asked = false;
          draw();
        });
      }
    },
    { passive: true },
  );
  draw();
}

/** The index of the last heading whose top is above `line` (in px from the window's top); the first before that. */
export function currentHeading(tops, line) {
  return Math.max(0, tops.findLastIndex((top) => top <= line));
}

/** The indices of the headings in the section of heading `index`: from its h2 to the next. */
export function sectionOf(levels, index) {
  const from = Math.max(0, levels.findLastIndex((level, at) => at <= index && level === 2));
  const next = levels.findIndex((level, at) => at > from && level === 2);
  const to = next === -1 ? levels.length : next;
  return new Set(Array.from({ length: to - from }, (_, offset) => from + offset));
}
