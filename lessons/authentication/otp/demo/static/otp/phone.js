// An authenticator asks nobody: it has a key and a clock. This one was given the codes of the next twenty minutes.
const app = document.querySelector("#phone [data-left]");
const STEP = 30;

if (app) {
  const codes = [app.querySelector(".code").textContent, ...app.dataset.then.split(" ")];
  const began = Date.now() / 1000 - (STEP - Number(app.dataset.left));
  const tick = () => {
    const passed = Math.floor(Date.now() / 1000 - began);
    const number = Math.floor(passed / STEP);
    if (number >= codes.length) {
      clearInterval(ticking);
      app.querySelector(".code").textContent = "asleep";
      app.querySelector("#step").textContent = "unknown until this page is loaded again";
      return;
    }
    app.querySelector(".code").textContent = codes[number];
    app.querySelector("#step").textContent = Number(app.dataset.step) + number;
    app.querySelector(".left .rest").setAttribute("width", STEP - (passed % STEP));
  };
  const ticking = setInterval(tick, 1000);
  document.addEventListener("visibilitychange", () => document.hidden || tick());
}
