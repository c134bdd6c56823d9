/* Runs a learner's component with React, without a browser: mounted, pressed, and written down as HTML. */

import { advance, answer, errors, printed, runTimers } from "./shims.mjs";
import * as React from "react";
import * as jsxRuntime from "react/jsx-runtime";
import { create } from "react-test-renderer";

const PACKAGES = { react: React, "react/jsx-runtime": jsxRuntime };
// The n-th module begins n times so many lines further down, so that a stack says which one it means.
const LINES = 10_000;
const VOID = new Set(["br", "hr", "img", "input"]);

let root = null;
let modules = {};
let loaded = [];

function load(files, path) {
  if (modules[path]) return modules[path].exports;
  if (files[path] === undefined) throw new Error(`There is no file ${path}.`);
  const module = (modules[path] = { exports: {} });
  const { code } = sucrase(files[path], {
    transforms: ["jsx", "imports"],
    jsxRuntime: "automatic",
    production: true,
    filePath: path,
  });
  const require = (name) => {
    if (PACKAGES[name]) return { __esModule: true, default: PACKAGES[name], ...PACKAGES[name] };
    if (!name.startsWith("./")) throw new Error(`${path} imports ${name}: only react and files beside it are there.`);
    const base = `${path.slice(0, path.lastIndexOf("/") + 1)}${name.slice(2)}`;
    return load(files, [base, `${base}.jsx`, `${base}.js`].find((known) => files[known] !== undefined) ?? base);
  };
  loaded.push(path);
  new Function("module", "exports", "require", "\n".repeat(loaded.length * LINES) + code)(module, module.exports, require);
  return module.exports;
}

/** What went wrong, and where in the learner's files: {text, file, line}; file "" where that is unknown. */
function told(error) {
  const text = `${error?.name ?? "Error"}: ${error?.message ?? error}`;
  const refused = /Error transforming ([^:]+): .*\((\d+):\d+\)/.exec(text);
  if (refused) return { text, file: refused[1], line: Number(refused[2]) };
  for (const [, number] of (error?.stack ?? "").matchAll(/<input>:(\d+)/g)) {
    const line = Number(number) - 2; // new Function() writes two lines before the body
    if (line >= LINES) return { text, file: loaded[Math.floor(line / LINES) - 1], line: line % LINES };
  }
  return { text, file: "", line: 0 };
}

const textOf = (node) => (typeof node === "string" ? node : node.children.map(textOf).join(""));
const isElement = (node) => typeof node.type === "string";
const nameOf = (node) => node.props["aria-label"] ?? textOf(node).trim();

function only(type, name) {
  const all = root.root.findAll((node) => isElement(node) && node.type === type);
  const found = all.filter((node) => nameOf(node) === name || node.props.id === name || node.props.placeholder === name);
  if (found.length !== 1) {
    const names = all.map(nameOf).map((known) => `“${known}”`);
    throw new Error(`${found.length} elements <${type}> are called “${name}”. There are: ${names.join(", ") || "none"}.`);
  }
  return found[0];
}

function fire(node, handler, event) {
  if (node.props.disabled) throw new Error(`<${node.type}> “${nameOf(node)}” is disabled.`);
  if (!node.props[handler]) throw new Error(`<${node.type}> “${nameOf(node)}” has no ${handler}.`);
  const done = node.props[handler]({ preventDefault() {}, stopPropagation() {}, target: { value: "" }, ...event });
  if (done?.catch) done.catch((error) => errors.push(error));
}

const escape = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

function html(node) {
  if (node === null) return "";
  if (Array.isArray(node)) return node.map(html).join("");
  if (typeof node === "string") return escape(node);
  const attributes = Object.entries(node.props)
    .filter(([name, value]) => ["string", "number", "boolean"].includes(typeof value) && (value !== false || name.startsWith("aria-")))
    .map(([name, value]) => ` ${name === "className" ? "class" : name === "htmlFor" ? "for" : name}="${escape(value)}"`);
  const inside = (node.children ?? []).map(html).join("");
  return VOID.has(node.type) ? `<${node.type}${attributes.join("")}>` : `<${node.type}${attributes.join("")}>${inside}</${node.type}>`;
}

/** What is thrown is kept for `trouble`. */
function attempt(act) {
  try {
    act();
  } catch (error) {
    errors.push(error);
  }
}

globalThis.workbench = {
  open: (files, path, props) => attempt(() => {
    if (root) root.unmount();
    modules = {};
    loaded = [];
    errors.length = printed.length = 0;
    const component = load(JSON.parse(files), path).default;
    if (typeof component !== "function") throw new Error(`${path} has no component as its default export.`);
    root = create(React.createElement(component, JSON.parse(props)));
  }),
  press: (name) => attempt(() => fire(only("button", name), "onClick", {})),
  type: (name, value) => attempt(() => fire(only("input", name), "onChange", { target: { value } })),
  html: () => html(root.toJSON()),
  trouble: () => JSON.stringify(errors.splice(0).map(told)),
  printed: () => JSON.stringify(printed),
  answer: (id, status, headers, text) => answer(id, status, JSON.parse(headers), text),
  runTimers,
  advance,
};
