// The line that a finding names is selected; Tab leaves the field, as everywhere.
for (const link of document.querySelectorAll("[data-line]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const area = document.querySelector("textarea");
    const lines = area.value.split("\n");
    const start = lines.slice(0, link.dataset.line - 1).join("\n").length + (link.dataset.line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[link.dataset.line - 1] || "").length);
    const height = area.scrollHeight / lines.length;
    area.scrollTop = Math.max(0, (link.dataset.line - 4) * height);
  });
}
