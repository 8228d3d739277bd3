// The benchmarks: `npm run bench [-- --rounds 11] [--threads 1,2] [--models mlp,lenet] [--editor] [--paint] [--dry]`; --editor and --paint add what is measured in a real workbench.
// --goals adds the figures that have a goal, --watching what statistics and live rules cost together, --memory the peak of a step, --together several trainings at once; --no-steps leaves out the comparison of steps. Writes bench/README.md; --dry only prints.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { buildAssembly } from "../scripts/assembly.mjs";
import { generate } from "../scripts/generate.mjs";
import { describeMachine } from "./machine.mjs";
import { measureMemory } from "./memory.mjs";
import { markdownTable, writeSection } from "./readme.mjs";
import { measureSteps } from "./steps.mjs";
import { measureTogether } from "./together.mjs";
import { startTorch } from "./torch.mjs";
import { measureWatching } from "./watching.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { rounds: { type: "string", default: "11" }, threads: { type: "string", default: "1,2" }, models: { type: "string" }, dry: { type: "boolean", default: false }, editor: { type: "boolean", default: false }, paint: { type: "boolean", default: false }, goals: { type: "boolean", default: false }, watching: { type: "boolean", default: false }, memory: { type: "boolean", default: false }, together: { type: "boolean", default: false }, "no-steps": { type: "boolean", default: false } } });
const threads = values.threads.split(",").map(Number).filter((count) => count <= os.cpus().length);

const today = new Date().toISOString().slice(0, 10);
const ours = await bundled("ours");
const torch = values["no-steps"] && !values.memory ? { missing: "" } : await startTorch();
if (torch.missing) console.log(torch.missing);
try {
  if (!values["no-steps"]) {
    const tables = await measureSteps({ ours, torch, models: values.models?.split(",") ?? ours.modelNames, threads, rounds: Number(values.rounds), report: (line) => console.log(line) });
    const machine = `Measured ${today} on ${describeMachine(torch.version)}. ${values.rounds} rounds by turns, medians. ${load()}`;
    const notes = torch.missing === undefined ? [] : [torch.missing];
    write("steps", [machine, ...notes, markdownTable(tables.steps), ...tables.means]);
    write("statistics", [machine, markdownTable(tables.statistics)]);
  }
} finally {
  if (torch.missing === undefined) torch.close();
}
if (values.watching) {
  const rows = await measureWatching({ models: values.models?.split(",") ?? ["mlp", "lenet", "gpt"], threads, rounds: Number(values.rounds), report: (line) => console.log(line) });
  write("watching", [`Measured ${today} on ${describeMachine()}. ${values.rounds} rounds by turns, medians. ${load()}`, markdownTable(rows)]);
}
if (values.goals) {
  const { measureGoals } = await bundled("goals");
  const wasm = await WebAssembly.compile(fs.readFileSync(await buildAssembly()));
  const rows = await measureGoals(root, wasm, (line) => console.log(line));
  write("goals", [`Measured ${today} on ${describeMachine()}. ${load()}`, markdownTable([["what", "seconds", "goal"], ...rows.map(({ what, seconds, goal }) => [what, seconds.toFixed(3), goal.toString()])])]);
}
if (values.memory) {
  const rows = [["model", "threads", "Descent, MB", "PyTorch, MB", "times PyTorch's"]];
  for (const count of threads) {
    const { ours: here, theirs } = await measureMemory("resnet20", count);
    const megabytes = (bytes) => (bytes === null ? "-" : (bytes / 1e6).toFixed(0));
    rows.push(["ResNet-20, batch 128", count, megabytes(here), megabytes(theirs), theirs === null ? "-" : (here / theirs).toFixed(2)]);
    console.log(rows.at(-1).join(" | "));
  }
  write("memory", [`Measured ${today} on ${describeMachine(torch.version)}.`, markdownTable(rows)]);
}
if (values.together) {
  const rows = await measureTogether({ worker: await bundle("togetherWorker"), models: values.models?.split(",") ?? ["mlp", "lenet"], counts: [2, 3], rounds: Number(values.rounds), report: (line) => console.log(line) });
  write("together", [`Measured ${today} on ${describeMachine()}. ${values.rounds} rounds by turns of a second, medians. ${load()}`, markdownTable(rows)]);
}
if (values.editor) {
  const { measureEditor } = await loadEditor();
  const { firstPoint } = await measureEditor(3, (line) => console.log(line));
  const median = firstPoint.toSorted((a, b) => a - b)[firstPoint.length >> 1];
  write("editor", [
    `Measured ${today} on ${describeMachine()}.`,
    `Palette to first point, warm cache: median **${median.toFixed(2)} s** of ${firstPoint.length} (${firstPoint.map((s) => s.toFixed(2)).join(", ")}).`,
  ]);
}
if (values.paint) {
  const { measureFirstPaint } = await loadEditor();
  const seconds = (await measureFirstPaint(8, (line) => console.log(line))).toSorted((a, b) => a - b);
  write("paint", [
    `Measured ${today} on ${describeMachine()}. ${load()}`,
    `First paint with content of an ended run's panel, from the birth of its page: median **${(1000 * seconds[seconds.length >> 1]).toFixed(0)} ms** of ${seconds.length} (${(1000 * seconds[0]).toFixed(0)} to ${(1000 * seconds.at(-1)).toFixed(0)}); goal 300 ms.`,
  ]);
}

function write(name, paragraphs) {
  const markdown = paragraphs.join("\n\n");
  if (values.dry) console.log(`\n${markdown}`);
  else writeSection(name, markdown);
}

/** What else the machine was doing. */
function load() {
  return `Load of the machine at the end: ${os.loadavg()[0].toFixed(1)}.`;
}

/** A benchmark of the engine, bundled and loaded. */
async function bundled(name) {
  return createRequire(import.meta.url)(await bundle(name));
}

/** The file that it is bundled to. */
async function bundle(name) {
  generate();
  const outfile = path.join(root, "dist", "bench", `${name}.cjs`);
  // helpers of the tests of rules look for the examples from where they lie
  const define = { "import.meta.dirname": JSON.stringify(path.join(root, "test", "rules")) };
  await esbuild.build({ absWorkingDir: root, define, entryPoints: [`bench/${name}.ts`], bundle: true, platform: "node", target: "node20", format: "cjs", external: ["onnxruntime-node"], outfile, logLevel: "warning" });
  return outfile;
}

/** Builds the product and the benchmark that drives it in the workbench. */
async function loadEditor() {
  execFileSync(process.execPath, [path.join(root, "scripts", "build.mjs")], { cwd: root, stdio: "inherit" });
  const outfile = path.join(root, "dist", "bench", "editor.mjs");
  await esbuild.build({ absWorkingDir: root, entryPoints: ["bench/editor.ts"], bundle: true, platform: "node", target: "node20", format: "esm", packages: "external", outfile, logLevel: "warning" });
  return import(pathToFileURL(outfile).href);
}
