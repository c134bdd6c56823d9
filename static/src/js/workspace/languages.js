/** The language of a file, fetched when the first file of its kind is opened. */
const LOADERS = {
  py: () => import("@codemirror/lang-python").then((module) => module.python()),
  html: () => import("./django-html.js").then((module) => module.djangoHtml()),
  css: () => import("@codemirror/lang-css").then((module) => module.css()),
  js: () => import("@codemirror/lang-javascript").then((module) => module.javascript({ jsx: true })),
  json: () => import("@codemirror/lang-json").then((module) => module.json()),
  yml: () => import("@codemirror/lang-yaml").then((module) => module.yaml()),
  dockerfile: () => legacy(import("@codemirror/legacy-modes/mode/dockerfile"), "dockerFile"),
  conf: () => legacy(import("@codemirror/legacy-modes/mode/nginx"), "nginx"),
};
const ALIASES = { htm: "html", mjs: "js", jsx: "js", yaml: "yml", djhtml: "html" };

async function legacy(loading, name) {
  const [{ StreamLanguage }, modes] = await Promise.all([import("@codemirror/language"), loading]);
  return StreamLanguage.define(modes[name]);
}

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
    loading.set(name, LOADERS[name]());
  }
  return loading.get(name);
}
