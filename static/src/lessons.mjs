// Builds what lessons bundle: each `lessons/<track>/<lesson>/assets/bundles.mjs` exports a list of
// `{ entry, to, copies }` with esbuild's options beside them, all paths from the lesson's folder. The results are
// committed, as static/dist is. `--check` builds in memory and says which committed file is another.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { gzipSync } from "node:zlib";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const LESSONS = path.join(ROOT, "lessons");

function folders() {
  return readdirSync(LESSONS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === "bundles.mjs")
    .map((entry) => path.dirname(entry.parentPath ?? entry.path))
    .sort();
}

/** What one entry of a `bundles.mjs` gives: the file's path and its bytes. `copies` are files as they are, such as licences. */
async function made(lesson, { entry, to, copies = {}, ...options }) {
  const result = await build({
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
    define: { "process.env.NODE_ENV": '"production"' },
    ...options,
    entryPoints: [path.join(lesson, entry)],
    outfile: path.join(lesson, to),
    write: false,
  });
  const files = result.outputFiles.map((file) => [file.path, Buffer.from(file.contents)]);
  const copied = Object.entries(copies).map(([name, source]) => [path.join(lesson, name), readFileSync(path.join(ROOT, source))]);
  return [...files, ...copied];
}

const checking = process.argv.includes("--check");
let stale = 0;
for (const lesson of folders()) {
  const { default: bundles } = await import(pathToFileURL(path.join(lesson, "assets/bundles.mjs")));
  for (const bundle of bundles) {
    for (const [file, bytes] of await made(lesson, bundle)) {
      const name = path.relative(ROOT, file);
      if (!checking) {
        writeFileSync(file, bytes);
        console.log(`${(gzipSync(bytes).length / 1000).toFixed(1).padStart(8)} kB gzipped  ${name}`);
      } else if (!existsSync(file) || !readFileSync(file).equals(bytes)) {
        console.log(`${name} differs from what its sources give: run \`make assets\` and commit it.`);
        stale += 1;
      }
    }
  }
}
process.exitCode = stale ? 1 : 0;
