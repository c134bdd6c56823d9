// Builds static/src into static/dist. The result is committed and must be the same bytes on every machine,
// so nothing here depends on the clock, on absolute paths, or on the order in which a folder is listed.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { gzipSync } from "node:zlib";

const SRC = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(SRC, "../..");
const DIST = path.join(ROOT, "static/dist");
const require = createRequire(import.meta.url);

const FONTS = {
  "source-sans-3.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
  // Other alphabets, for people's names on certificates.
  "source-sans-3-latin-ext.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-latin-ext-wght-normal.woff2",
  "source-sans-3-cyrillic.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-cyrillic-wght-normal.woff2",
  "source-sans-3-greek.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-greek-wght-normal.woff2",
  "source-sans-3-vietnamese.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-vietnamese-wght-normal.woff2",
  "source-sans-3-italic.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-italic.woff2",
  "jetbrains-mono.woff2": "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2",
};

const FONT_LICENSES = {
  "LICENSE-source-sans-3.txt": "@fontsource-variable/source-sans-3/LICENSE",
  "LICENSE-jetbrains-mono.txt": "@fontsource-variable/jetbrains-mono/LICENSE",
};

function copyFonts() {
  mkdirSync(path.join(DIST, "fonts"), { recursive: true });
  for (const [name, source] of Object.entries({ ...FONTS, ...FONT_LICENSES })) {
    cpSync(require.resolve(source), path.join(DIST, "fonts", name));
  }
}

/** One sprite of all icons: a page refers to a drawing as icons.svg#name and nothing is inlined. */
function buildIcons() {
  const folder = path.join(SRC, "icons");
  const symbols = readdirSync(folder)
    .filter((file) => file.endsWith(".svg") && file !== "favicon.svg")
    .sort()
    .map((file) => {
      const svg = readFileSync(path.join(folder, file), "utf8").trim();
      const [, attributes, body] = svg.match(/^<svg\b([^>]*)>([\s\S]*)<\/svg>$/);
      const kept = attributes.replace(/\sxmlns="[^"]*"/, "").trim();
      return `<symbol id="${path.basename(file, ".svg")}" ${kept}>${body.replace(/\s*\n\s*/g, "")}</symbol>`;
    });
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
  writeFileSync(path.join(DIST, "icons.svg"), sprite);
  cpSync(path.join(folder, "favicon.svg"), path.join(DIST, "favicon.svg"));
}

/** The picture that other sites show with a link to this one, and the icon of a bookmark on a telephone. */
function copyImages() {
  for (const file of readdirSync(path.join(SRC, "images")).sort()) {
    cpSync(path.join(SRC, "images", file), path.join(DIST, file));
  }
}

function buildStyles() {
  const cli = path.join(path.dirname(require.resolve("@tailwindcss/cli/package.json")), "dist/index.mjs");
  const input = path.join(SRC, "css/app.css");
  execFileSync(process.execPath, [cli, "-i", input, "-o", path.join(DIST, "app.css"), "--minify"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function buildScripts() {
  await build({ entryPoints: ["static/src/css/author.css"], outfile: "static/dist/author.css", absWorkingDir: ROOT, minify: true, logLevel: "warning" });
  const shared = {
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
  };
  await build({ ...shared, entryPoints: ["static/src/js/theme.js"], outfile: "static/dist/theme.js", format: "iife" });
  await build({ ...shared, entryPoints: ["static/src/js/preview-bridge.js"], outfile: "static/dist/preview-bridge.js", format: "iife" });
  await build({
    ...shared,
    entryPoints: ["app", "discussion", "lesson", "workspace", "author"].map((name) => `static/src/js/${name}.js`),
    outdir: "static/dist",
    format: "esm",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
  });
}

function report() {
  const files = readdirSync(DIST, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const rows = files.map((entry) => {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    return [path.relative(DIST, file), gzipSync(readFileSync(file)).length];
  });
  for (const [name, size] of rows.sort()) {
    console.log(`${(size / 1000).toFixed(1).padStart(8)} kB gzipped  ${name}`);
  }
}

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
copyFonts();
buildIcons();
copyImages();
buildStyles();
await buildScripts();
report();
