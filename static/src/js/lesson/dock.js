/**
 * The demo is as wide as the page. While it is in view, the outline beside it gives way, and what is left of the
 * lesson stands in a bar at the foot of the window.
 */
export function makeRoomForDemo(lesson) {
  const demo = lesson?.querySelector(".block--demo");
  if (!demo) {
    return;
  }
  const header = Math.ceil(document.querySelector(".site-header")?.getBoundingClientRect().height ?? 0);
  const watch = new IntersectionObserver(
    ([entry]) => lesson.classList.toggle("lesson--at-demo", entry.isIntersecting),
    { rootMargin: `-${header}px 0px 0px 0px` },
  );
  watch.observe(demo);
}
