// Builds the page into the Python package, and records there what it was built from:
// tests/playground/test_build_is_current.py compares that with the sources, without npm.

import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const output = join(here, "../ctct_migrate/playground/static");

await build({
  absWorkingDir: here,
  entryPoints: { playground: "src/main.ts" },
  outdir: output,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
await build({
  absWorkingDir: here,
  entryPoints: { playground: "src/playground.css" },
  outdir: output,
  minify: true,
  target: ["chrome111", "firefox113", "safari16.4"],
  logLevel: "warning",
});
for (const name of ["index.html", "favicon.svg"]) {
  await writeFile(join(output, name), await readFile(join(here, "src", name)));
}
await writeFile(join(output, "licenses.txt"), await licenses());

const sources = ["package.json", "package-lock.json", "tsconfig.json", "build.mjs"];
for (const name of await readdir(join(here, "src"))) sources.push(`src/${name}`);
const built = (await readdir(output)).filter((name) => name !== "build.json");
const record = {
  sources: await digests(here, sources),
  built: await digests(output, built),
};
await writeFile(join(output, "build.json"), `${JSON.stringify(record, null, 2)}\n`);

/** SHA-256 of each file, by name. */
async function digests(folder, names) {
  const found = {};
  for (const name of [...names].sort()) {
    found[name] = createHash("sha256").update(await readFile(join(folder, name))).digest("hex");
  }
  return found;
}

/** The licenses of everything that the page is built from. */
async function licenses() {
  const lock = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const parts = [];
  for (const [place, facts] of Object.entries(lock.packages)) {
    if (!place || facts.dev || facts.optional) continue;
    const text = await readFile(join(here, place, "LICENSE"), "utf8");
    parts.push(`${place.replace("node_modules/", "")} ${facts.version}\n\n${text.trim()}\n`);
  }
  return parts.join(`\n${"-".repeat(72)}\n\n`);
}
