// What every page has: the theme, menus, the search and copy buttons, times by the reader's clock.
import { startCopyButtons, startCopyFields } from "./app/copy-code.js";
import { showLocalTimes } from "./app/local-times.js";
import { startMenus } from "./app/menus.js";
import { startPasskeyButtons } from "./app/passkeys.js";
import { startSearch } from "./app/search.js";
import { startThemeSwitch } from "./app/theme-switch.js";

startThemeSwitch();
startMenus();
startPasskeyButtons();
startSearch();
startCopyButtons();
startCopyFields();
showLocalTimes();
