// A lesson's page: the live demo's frame, what is left, the outline, the quiz.
import { makeRoomForDemo } from "./lesson/dock.js";
import { startFragments } from "./lesson/fragments.js";
import { followHeadings } from "./lesson/outline.js";
import { keepPlace } from "./lesson/place.js";
import { focusVerdicts } from "./lesson/quiz.js";
import { startStage } from "./lesson/stage.js";
import { closeWhenFollowed } from "./lesson/what-is-left.js";
import { followXrayLinks } from "./lesson/xray-links.js";

startFragments(document);
for (const stage of document.querySelectorAll("[data-stage]")) {
  followXrayLinks(document, startStage(stage));
}
const lesson = document.querySelector(".lesson");
followHeadings(document.querySelector(".lesson__outline"), keepPlace(lesson));
focusVerdicts(document);
closeWhenFollowed(document);
makeRoomForDemo(lesson);
