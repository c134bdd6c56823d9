// A form whose answer takes seconds says so, and is not sent twice.
for (const form of document.querySelectorAll("form[data-wait]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const words = document.createElement("p");
    words.className = "waiting";
    words.setAttribute("role", "status");
    words.textContent = form.dataset.wait;
    form.append(words);
  });
}
// Back from another page: what was sent then can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector(".waiting")?.remove();
  }
});
