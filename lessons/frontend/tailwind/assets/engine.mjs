// Tailwind without Node: the compiler of the npm package, with its own style sheets, as one script for QuickJS.
// Each function is given JSON and keeps JSON in `globalThis.answer`; demo/engine/__init__.py reads it there.
import { __unstable__loadDesignSystem as loadDesignSystem, compile, compileAst } from "tailwindcss";
import preflight from "tailwindcss/preflight.css";
import theme from "tailwindcss/theme.css";
import utilities from "tailwindcss/utilities.css";

// What tailwindcss/index.css says, without its second copy of the three.
const index = `@layer theme, base, components, utilities;
@import "tailwindcss/theme.css" layer(theme);
@import "tailwindcss/preflight.css" layer(base);
@import "tailwindcss/utilities.css" layer(utilities);`;

const sheets = {
  tailwindcss: index,
  "tailwindcss/preflight": preflight,
  "tailwindcss/preflight.css": preflight,
  "tailwindcss/theme": theme,
  "tailwindcss/theme.css": theme,
  "tailwindcss/utilities": utilities,
  "tailwindcss/utilities.css": utilities,
};

const options = {
  loadStylesheet: async (id, base) => {
    if (!Object.hasOwn(sheets, id)) throw new Error(`Can't resolve '${id}': only tailwindcss and its parts can be imported here`);
    return { path: id, base, content: sheets[id] };
  },
  loadModule: async (id) => {
    throw new Error(`Can't load '${id}': plugins and configurations are JavaScript, and are not run here`);
  },
};

const questions = {
  /** The style sheet, as the command line writes it. */
  css: async (css, candidates) => (await compile(css, options)).build(candidates),

  /** The same as a tree of rules. The entry is imported, for only imports are given as text. */
  tree: async (css, candidates) => {
    const entry = { kind: "at-rule", name: "@import", params: "'entry'", nodes: [] };
    const loadStylesheet = async (id, base) => (id === "entry" ? { path: id, base, content: css } : options.loadStylesheet(id, base));
    return (await compileAst([entry], { ...options, loadStylesheet })).build(candidates);
  },

  /** For each candidate its rules, or null, and its place in the order of the style sheet. */
  each: async (css, candidates) => {
    const system = await loadDesignSystem(css, options);
    const places = new Map(system.getClassOrder(candidates));
    const place = (candidate) => (places.get(candidate) == null ? null : Number(places.get(candidate)));
    return system.candidatesToCss(candidates).map((rules, i) => [candidates[i], rules, place(candidates[i])]);
  },
};

globalThis.ask = (question, css, candidates) => {
  globalThis.answer = null;
  questions[question](css, JSON.parse(candidates)).then(
    (value) => (globalThis.answer = JSON.stringify({ value })),
    // An InternalError is QuickJS's own: out of memory, out of time.
    (error) => (globalThis.answer = JSON.stringify({ error: String(error?.message ?? error), fatal: error?.name === "InternalError" })),
  );
};
