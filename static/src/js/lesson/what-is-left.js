/** The list opens over the page on a narrow screen; whoever follows a link of it wants to see where it led. */
export function closeWhenFollowed(root) {
  root.addEventListener("click", (event) => {
    const popover = event.target.closest("a[href^='#']")?.closest("[popover]");
    if (popover?.matches(":popover-open")) {
      popover.hidePopover();
    }
  });
}
