// The buttons that use a passkey. allauth's scripts answer them once the page is there, and a click that comes
// before would be lost, or would send an empty form: templates make them disabled, and here they are enabled.
export function startPasskeyButtons() {
  // allauth listens for the same event since the page was parsed, so its turn comes first.
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("button[data-passkey]")) button.disabled = false;
  });
}
