// A lesson's page: the live demo's frame, what is left, the outline, the quiz.
import { followHeadings } from "./lesson/outline.js";
import { focusVerdicts } from "./lesson/quiz.js";
import { startStage } from "./lesson/stage.js";
import { closeWhenFollowed } from "./lesson/what-is-left.js";

for (const stage of document.querySelectorAll("[data-stage]")) {
  startStage(stage);
}
followHeadings(document.querySelector(".lesson__outline"));
focusVerdicts(document);
closeWhenFollowed(document);
