/** The editor saves by itself. It waits while a slug is being typed: one of a new lesson would be half a slug. */
export function waitForSlug(page) {
  page.addEventListener("w-autosave:save", (event) => {
    if (page.activeElement?.name === "slug") {
      event.preventDefault();
    }
  });
}
