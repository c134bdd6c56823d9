/** Let links of the text filter the X-ray of the demo. Without this script they lead to the demo all the same. */
export function followXrayLinks(root, { filter }) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-xray]");
    if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      filter(link.dataset.xray);
    }
  });
}
