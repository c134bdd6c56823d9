// A lesson's page: the live demo's frame, what is left, the outline, the quiz.
import { whenIdle } from "./lib/idle.js";
import { makeRoomForDemo } from "./lesson/dock.js";
import { startFragments } from "./lesson/fragments.js";
import { followHeadings } from "./lesson/outline.js";
import { keepPlace } from "./lesson/place.js";
import { focusVerdicts } from "./lesson/quiz.js";
import { startStage } from "./lesson/stage.js";
import { closeWhenFollowed } from "./lesson/what-is-left.js";
import { followXrayLinks } from "./lesson/xray-links.js";

const lesson = document.querySelector(".lesson");
startFragments(document);
closeWhenFollowed(document);
focusVerdicts(document);
// These measure the page, which is long.
whenIdle(
  () => document.querySelectorAll("[data-stage]").forEach((stage) => followXrayLinks(document, startStage(stage))),
  () => followHeadings(document.querySelector(".lesson__outline"), keepPlace(lesson)),
  () => makeRoomForDemo(lesson),
);
