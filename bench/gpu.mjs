// The benchmark of section "GPU": `npm run bench:gpu [-- --device cuda|cpu|webgpu] [--rounds 7] [--models mlp,lenet] [--no-compiled] [--no-growth] [--dry]`. PyTorch eager, PyTorch
// compiled and Descent by turns, each in a process of its own; writes the section of bench/README.md, --dry only prints. Without a CUDA device the same table
// is measured on the processor, and says so.
import { execFileSync, spawn } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { generate } from "../scripts/generate.mjs";
import { describeMachine } from "./machine.mjs";
import { markdownTable, writeSection } from "./readme.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const { values } = parseArgs({ options: { device: { type: "string" }, rounds: { type: "string", default: "7" }, models: { type: "string", default: "mlp,lenet,resnet8,resnet20,gpt,lstm" }, threads: { type: "string", default: String(os.availableParallelism()) }, "no-compiled": { type: "boolean", default: false }, "no-growth": { type: "boolean", default: false }, dry: { type: "boolean", default: false } } });
const [rounds, threads] = [Number(values.rounds), Number(values.threads)];

/** Seconds that one side runs at a stretch. */
const blockSeconds = 0.5;

generate();
await bundle("gpuOurs");
const { environment } = await load("gpuEnvironment");
const gpu = await findGpu();
const device = values.device ?? (gpu === null ? "cpu" : "cuda");
const name = device === "cuda" ? gpu ?? "a CUDA device" : device;
let torchVersion;
const notes = new Set();

const sides = [
  { title: "Descent", start: (model) => startOurs(model) },
  { title: "PyTorch eager", start: (model) => startTorch(model, false) },
  ...(values["no-compiled"] ? [] : [{ title: "PyTorch compiled", start: (model) => startTorch(model, true) }]),
];

const table = [["model", ...sides.map(({ title }) => `${title}, steps/s`), ...sides.slice(1).map(({ title }) => `times ${title}'s speed`), ...sides.map(({ title }) => `first step, ${title}, s`), ...sides.map(({ title }) => `memory, ${title}, MB`)]];
for (const model of values.models.split(",")) {
  const results = await compare(model, sides);
  const speeds = results.map(({ milliseconds }) => (milliseconds === null ? null : 1000 / milliseconds));
  table.push([model, ...speeds.map((speed) => cell(speed, 1)), ...results.slice(1).map(({ ratio }) => cell(ratio, 2)), ...results.map(({ first }) => cell(first, 2)), ...results.map(({ memory }) => cell(memory === null ? null : memory / 1e6, 0))]);
  console.log(table.at(-1).join(" | "));
}

const growth = [["dense stack", "Descent, ms a step", "PyTorch eager, ms a step", "times PyTorch's speed"]];
if (!values["no-growth"]) {
  const [width, depth, batch] = [256, 4, 64];
  const series = [...[16, 64, 256, 1024].map((each) => ({ width, depth, batch: each })), ...[64, 1024, 2048].map((each) => ({ width: each, depth, batch })), ...[2, 8, 32].map((each) => ({ width, depth: each, batch }))];
  for (const stack of series) {
    const [ours, eager] = await compare(stack, sides.slice(0, 2));
    growth.push([`${stack.depth} layers of ${stack.width}, batch ${stack.batch}`, cell(ours.milliseconds, 3), cell(eager.milliseconds, 3), cell(eager.ratio, 2)]);
    console.log(growth.at(-1).join(" | "));
  }
}

const paragraphs = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${name}; ${describeMachine(torchVersion)}. ${rounds} rounds by turns, medians; data on the device on every side; load at the end ${os.loadavg()[0].toFixed(1)}.`,
  ...(device === "cuda" ? [] : ["No CUDA device was measured here: the same script on a machine with one gives the same table."]),
  "The first step counts from the model's description: with Descent the measurement of the fastest form and a chunk of steps are in it, with PyTorch compiled its compilation. Memory on CUDA is what each process holds of the GPU, elsewhere how much the process grew.",
  markdownTable(table), ...(growth.length > 1 ? [markdownTable(growth)] : []), ...notes,
];
if (values.dry) console.log(`\n${paragraphs.join("\n\n")}`);
else writeSection(device === "cuda" ? "cuda" : "cudaless", paragraphs.join("\n\n"));

/** Times of each side for one model: by turns, who begins changes from round to round. */
async function compare(model, competitors) {
  const workers = [];
  for (const { start, title } of competitors) {
    const worker = await start(model);
    if (worker.error) notes.add(`${title}, ${JSON.stringify(model)}: ${worker.error}.`);
    workers.push(worker);
  }
  const running = new Set([...workers.keys()].filter((i) => !workers[i].error));
  const times = workers.map(() => []);
  const lengths = [];
  /** A side that fails is said so, and the others go on. */
  const attempt = async (i, steps) => {
    const done = await workers[i].run(steps);
    if (!done.error) return done;
    notes.add(`${competitors[i].title}, ${JSON.stringify(model)}: ${done.error}.`);
    running.delete(i);
    return null;
  };
  for (const i of running) {
    await attempt(i, 5);
    const done = running.has(i) ? await attempt(i, 20) : null;
    if (done) lengths[i] = Math.max(1, Math.round((blockSeconds * done.steps) / done.seconds));
  }
  const memory = workers.map(() => null);
  for (let round = 0; round < rounds; round++) {
    for (const i of round % 2 === 0 ? [...running] : [...running].reverse()) {
      const done = await attempt(i, lengths[i]);
      if (!done) continue;
      times[i].push((1000 * done.seconds) / done.steps);
      memory[i] = (device === "cuda" ? gpuMemory(workers[i].pid) : null) ?? done.memory;
      for (const note of done.notes ?? []) notes.add(`${JSON.stringify(model)}: ${note}`);
    }
  }
  for (const worker of workers) worker.close();
  return workers.map((worker, i) => ({ milliseconds: times[i].length > 0 ? median(times[i]) : null, ratio: times[i].length > 0 && times[0].length > 0 ? median(times[i].map((time, round) => time / times[0][round])) : null, first: worker.first ?? null, memory: memory[i] }));
}

function startOurs(model) {
  return startWorker(process.execPath, [path.join(root, "dist", "bench", "gpuOurs.cjs"), JSON.stringify({ model, device, threads })], { ...process.env, ...environment() });
}

async function startTorch(model, compiled) {
  const python = process.platform === "win32" ? "python" : "python3";
  const worker = await startWorker(python, [path.join(here, "gpuTorch.py"), JSON.stringify({ model, device: device === "cuda" ? "cuda" : "cpu", compiled, threads })], process.env);
  torchVersion ??= worker.version;
  return worker;
}

/** A process that says one line when its first step is done, and answers a number of steps with one. */
async function startWorker(command, args, env) {
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise((resolve) => {
    child.once("error", (error) => resolve({ error: error.message }));
    child.once("exit", (code, signal) => resolve({ error: `ended with ${signal ?? `code ${code}`}` }));
  });
  const next = async () => {
    const line = await Promise.race([lines.next(), gone]);
    return line.error === undefined && !line.done ? JSON.parse(line.value) : { error: line.error ?? (await gone).error };
  };
  const begun = await next();
  return {
    ...begun,
    pid: child.pid,
    async run(steps) {
      child.stdin.write(`${steps}\n`);
      return { steps, ...(await next()) };
    },
    close: () => child.stdin.end(),
  };
}

/** The GPU's name, as its driver says it; null where there is none. */
async function findGpu() {
  try {
    return execFileSync("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"], { encoding: "utf8" }).trim().split("\n")[0] || null;
  } catch {
    return null;
  }
}

/** Bytes of the GPU that a process holds; null where the driver does not tell, as in most containers. */
function gpuMemory(pid) {
  const rows = execFileSync("nvidia-smi", ["--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"], { encoding: "utf8" }).trim().split("\n").map((row) => row.split(",").map(Number));
  const own = rows.find(([each]) => each === pid);
  return own === undefined || !Number.isFinite(own[1]) ? null : own[1] * 2 ** 20;
}

async function bundle(entry) {
  const outfile = path.join(root, "dist", "bench", `${entry}.cjs`);
  await esbuild.build({ absWorkingDir: root, entryPoints: [`bench/${entry}.ts`], bundle: true, platform: "node", target: "node20", format: "cjs", external: ["onnxruntime-node"], outfile, logLevel: "warning" });
  return outfile;
}

async function load(entry) {
  return createRequire(import.meta.url)(await bundle(entry));
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function cell(value, digits) {
  return value === null ? "-" : value.toFixed(digits);
}
