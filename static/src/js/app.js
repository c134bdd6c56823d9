// What every page has: the theme, menus and copy buttons.
import { startCopyButtons } from "./app/copy-code.js";
import { startMenus } from "./app/menus.js";
import { startThemeSwitch } from "./app/theme-switch.js";

startThemeSwitch();
startMenus();
startCopyButtons();
