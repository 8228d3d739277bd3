// The benchmarks: `npm run bench [-- --rounds 11] [--threads 1,2] [--models mlp,lenet] [--editor] [--dry]`; --editor adds what is measured in a real workbench.
// Writes bench/README.md; --dry only prints.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { generate } from "../scripts/generate.mjs";
import { describeMachine } from "./machine.mjs";
import { markdownTable, writeSection } from "./readme.mjs";
import { measureSteps } from "./steps.mjs";
import { startTorch } from "./torch.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { rounds: { type: "string", default: "11" }, threads: { type: "string", default: "1,2" }, models: { type: "string" }, dry: { type: "boolean", default: false }, editor: { type: "boolean", default: false } } });
const threads = values.threads.split(",").map(Number).filter((count) => count <= os.cpus().length);

const ours = await loadOurs();
const torch = await startTorch();
if (torch.missing !== undefined) console.log(torch.missing);
try {
  const tables = await measureSteps({ ours, torch, models: values.models?.split(",") ?? ours.modelNames, threads, rounds: Number(values.rounds), report: (line) => console.log(line) });
  const machine = `Measured ${new Date().toISOString().slice(0, 10)} on ${describeMachine(torch.version)}. ${values.rounds} rounds by turns, medians.`;
  const notes = torch.missing === undefined ? [] : [torch.missing];
  const sections = { steps: [machine, ...notes, markdownTable(tables.steps)].join("\n\n"), statistics: [machine, markdownTable(tables.statistics)].join("\n\n") };
  for (const [name, markdown] of Object.entries(sections)) {
    if (values.dry) console.log(`\n${markdown}`);
    else writeSection(name, markdown);
  }
} finally {
  if (torch.missing === undefined) torch.close();
}
if (values.editor) {
  const { measureEditor } = await loadEditor();
  const { firstPoint } = await measureEditor(3, (line) => console.log(line));
  const median = firstPoint.toSorted((a, b) => a - b)[firstPoint.length >> 1];
  const markdown = [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${describeMachine()}.`,
    `Palette to first point, warm cache: median **${median.toFixed(2)} s** of ${firstPoint.length} (${firstPoint.map((s) => s.toFixed(2)).join(", ")}).`,
  ].join("\n\n");
  if (values.dry) console.log(`\n${markdown}`);
  else writeSection("editor", markdown);
}

/** Bundles the engine with the benchmark's models and loads it. */
async function loadOurs() {
  generate();
  const outfile = path.join(root, "dist", "bench", "ours.cjs");
  await esbuild.build({ absWorkingDir: root, entryPoints: ["bench/ours.ts"], bundle: true, platform: "node", target: "node20", format: "cjs", external: ["onnxruntime-node"], outfile, logLevel: "warning" });
  return createRequire(import.meta.url)(outfile);
}

/** Builds the product and the benchmark that drives it in the workbench. */
async function loadEditor() {
  execFileSync(process.execPath, [path.join(root, "scripts", "build.mjs")], { cwd: root, stdio: "inherit" });
  const outfile = path.join(root, "dist", "bench", "editor.mjs");
  await esbuild.build({ absWorkingDir: root, entryPoints: ["bench/editor.ts"], bundle: true, platform: "node", target: "node20", format: "esm", packages: "external", outfile, logLevel: "warning" });
  return import(pathToFileURL(outfile).href);
}
