/** Call `act` once, when one of `elements` comes within `margin` of the window. */
export function whenNear(elements, margin, act) {
  const watch = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        watch.disconnect();
        act();
      }
    },
    { rootMargin: margin },
  );
  for (const element of elements) {
    watch.observe(element);
  }
}
