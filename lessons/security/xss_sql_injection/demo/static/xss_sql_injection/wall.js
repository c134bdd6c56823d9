// Loads the wall, and looks at the thief's desk after each page that the frame shows.
const wall = document.getElementById("wall");
const { src, cookie } = wall.dataset;

// What any script on this page could read. Of an HttpOnly cookie the browser says nothing here, either.
const readable = document.cookie.split("; ").filter((pair) => pair.startsWith(`${cookie}=`)).join("; ");

// What a payload sends is still on its way when its page has loaded.
wall.addEventListener("load", () => { setTimeout(look, 700); setTimeout(look, 3000); });
document.getElementById("look").addEventListener("click", look);
document.getElementById("look").hidden = false;
const open = () => {
  const { theme = "" } = document.documentElement.dataset;
  wall.src = `${src}#${new URLSearchParams({ cookie: readable, theme })}`;
};
open();
// A theme chosen by hand; only what stands after the # changes, so the page in the frame stays.
new MutationObserver(open).observe(document.documentElement, { attributeFilter: ["data-theme"] });

async function look() {
  const answer = await fetch("desk/");
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("desk").replaceChildren(...page.body.children);
}
