// Counts the phone's seconds down, and fetches the next code when they are over.
const phone = document.getElementById("phone");
let left = 0;

function read() {
  left = Number(phone.querySelector("[data-left]")?.dataset.left ?? 0);
}

async function next() {
  const answer = await fetch(phone.dataset.src);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  phone.querySelector(".phone").replaceWith(page.querySelector(".phone"));
  read();
}

read();
setInterval(() => {
  if (left <= 0 || document.hidden) return;
  left -= 1;
  phone.querySelector(".left .rest")?.setAttribute("width", left);
  if (left === 0) next().catch(() => phone.querySelector(".code")?.classList.add("muted"));
}, 1000);
document.addEventListener("visibilitychange", () => { if (!document.hidden && left) next().catch(read); });
