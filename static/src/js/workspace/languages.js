/** The language of a file, fetched when the first file of its kind is opened. */
const LOADERS = {
  py: () => import("./languages/python.js"),
  html: () => import("./languages/django-html.js"),
  css: () => import("./languages/css.js"),
  js: () => import("./languages/javascript.js"),
  json: () => import("./languages/json.js"),
  yml: () => import("./languages/yaml.js"),
  dockerfile: () => import("./languages/dockerfile.js"),
  conf: () => import("./languages/nginx.js"),
};
const ALIASES = { htm: "html", mjs: "js", jsx: "js", yaml: "yml", djhtml: "html" };

export function languageOf(path) {
  const ending = path.split(/[./]/).pop().toLowerCase();
  const name = ALIASES[ending] ?? ending;
  return Object.hasOwn(LOADERS, name) ? name : null;
}

const loading = new Map();

/** Resolve to the extension, or to nothing for a file of a kind that has none. */
export function loadLanguage(path) {
  const name = languageOf(path);
  if (!name) {
    return Promise.resolve([]);
  }
  if (!loading.has(name)) {
    loading.set(name, LOADERS[name]().then(({ language }) => language()));
  }
  return loading.get(name);
}
