// A question with its replies: what is done to it is drawn anew, without the page.
import { startFragments } from "./lesson/fragments.js";

startFragments(document);
