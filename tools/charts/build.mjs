// Bundles the charting library into src/adjudge/report/page/charts/plot.js, with the licences of
// everything that went into it beside it. Same lock file, same bytes.
import { build } from "esbuild";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../../src/adjudge/report/page/charts");

const result = await build({
  entryPoints: [join(here, "entry.mjs")],
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: "iife",
  globalName: "Plot",
  target: "es2021",
  charset: "ascii",
  legalComments: "none",
});

const packages = new Set();
for (const [file, { bytesInOutput }] of Object.entries(Object.values(result.metafile.outputs)[0].inputs)) {
  const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
  if (found && bytesInOutput > 0) packages.add(found[1]);
}

const notices = [];
const names = [];
for (const name of [...packages].sort()) {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (!file || !existsSync(join(folder, file))) throw new Error(`${name} has no licence file`);
  const text = readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim();
  names.push(`${name} ${about.version} (${about.license})`);
  notices.push(`${name} ${about.version}\n\n${text}\n`);
}

const rule = `\n${"-".repeat(72)}\n\n`;
const licences =
  "plot.js is a bundle of the packages below, each under its own licence.\n" +
  rule + notices.join(rule);
if (licences.includes("*/")) throw new Error("a licence would end the comment");
writeFileSync(join(out, "LICENSES.txt"), licences);
writeFileSync(join(out, "plot.js"), result.outputFiles[0].text);
console.log(names.join("\n"));
console.log(`plot.js: ${result.outputFiles[0].contents.length} bytes`);
