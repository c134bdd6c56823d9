// A lesson's page: the live demo's frame, what is left, the outline, the quiz.
import { whenIdle } from "./lib/idle.js";
import { whenNear } from "./lib/near.js";
import { announceProgress } from "./lesson/announce.js";
import { makeRoomForDemo } from "./lesson/dock.js";
import { followHeadings } from "./lesson/outline.js";
import { keepPlace } from "./lesson/place.js";
import { focusVerdicts } from "./lesson/quiz.js";
import { startStage } from "./lesson/stage.js";
import { closeWhenFollowed } from "./lesson/what-is-left.js";
import { followXrayLinks } from "./lesson/xray-links.js";

const pageLoaded = () =>
  document.readyState === "complete" || new Promise((resolve) => window.addEventListener("load", resolve, { once: true }));

const lesson = document.querySelector(".lesson");
// Before it is there, forms are sent as forms are.
whenNear(document.querySelectorAll("[hx-post], [hx-get]"), "1200px", async () => {
  // htmx starts by itself, at the end of loading or when it is over, and not in between.
  await pageLoaded();
  const { startFragments } = await import("./lesson/fragments.js");
  startFragments(document);
});
closeWhenFollowed(document);
focusVerdicts(document);
announceProgress(document);
// At once: a click that comes before the demo is kept for it.
document.querySelectorAll("[data-stage]").forEach((stage) => followXrayLinks(document, startStage(stage)));
// These measure the page, which is long.
whenIdle(
  () => followHeadings(document.querySelector(".lesson__outline"), keepPlace(lesson)),
  () => makeRoomForDemo(lesson),
);
