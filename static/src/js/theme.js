// Runs before the first paint: a chosen theme must not flash the other one.
import { applyTheme, readTheme } from "./lib/theme.js";

document.documentElement.classList.add("js");
applyTheme(readTheme());
