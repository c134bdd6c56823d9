// What every page has: the theme, menus, the search and copy buttons.
import { startCopyButtons, startCopyFields } from "./app/copy-code.js";
import { startMenus } from "./app/menus.js";
import { startSearch } from "./app/search.js";
import { startThemeSwitch } from "./app/theme-switch.js";

startThemeSwitch();
startMenus();
startSearch();
startCopyButtons();
startCopyFields();
