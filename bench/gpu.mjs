// The benchmark of section "GPU": `npm run bench:gpu [-- --device cuda|cpu|webgpu] [--rounds 7] [--models mlp,lenet] [--no-compiled] [--no-growth] [--no-losses] [--dry]`. PyTorch eager,
// PyTorch compiled and Descent by turns, each in a process of its own; then the examples' losses on the device beside the processor's. Writes the section of bench/README.md, --dry only
// prints. Where CUDA cannot be used it says what is missing and ends with code 3, unless another device is named, on which the same tables are measured.
import { execFileSync, spawn } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { generate } from "../scripts/generate.mjs";
import { compareLosses } from "./gpuLosses.mjs";
import { describeMachine } from "./machine.mjs";
import { markdownTable, writeSection } from "./readme.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const { values } = parseArgs({ options: { device: { type: "string" }, rounds: { type: "string", default: "7" }, models: { type: "string", default: "mlp,lenet,resnet8,resnet20,gpt,lstm" }, threads: { type: "string", default: String(os.availableParallelism()) }, "no-compiled": { type: "boolean", default: false }, "no-growth": { type: "boolean", default: false }, "no-losses": { type: "boolean", default: false }, dry: { type: "boolean", default: false } } });
const [rounds, threads] = [Number(values.rounds), Number(values.threads)];

/** Seconds that one side runs at a stretch. */
const blockSeconds = 0.5;

generate();
await bundle("gpuOurs");
const { environment } = await load("gpuEnvironment");
const device = values.device ?? "cuda";
const { devices } = await ask({ devices: true });
const found = devices.find(({ id }) => id.split(":")[0] === device);
if (found === undefined || !found.usable) {
  console.error(found === undefined ? `There is no device ${device}: cuda, webgpu or cpu.` : `Nothing was measured: ${device} cannot be used on this machine. Missing: ${found.missing}`);
  if (device !== "cpu") console.error("On the processor the same tables come from: npm run bench:gpu -- --device cpu");
  process.exit(3);
}
const name = found.name ?? device;
console.log(`Measuring on ${name}.`);
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

let losses = null;
if (!values["no-losses"]) {
  execFileSync(process.execPath, [path.join(root, "scripts", "build.mjs")], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  losses = await compareLosses({ cli: path.join(root, "dist", "cli.js"), examples: path.join(root, "examples"), device, report: (line) => console.log(line) });
  for (const note of losses.notes) notes.add(note);
}

const paragraphs = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${name}; ${describeMachine(torchVersion)}. ${rounds} rounds by turns, medians; data on the device on every side; load at the end ${os.loadavg()[0].toFixed(1)}.`,
  ...(device === "cuda" ? [] : ["No CUDA device was measured here: the same script on a machine with one gives the same table."]),
  "The first step counts from the model's description: with Descent the measurement of the fastest form and a chunk of steps are in it, with PyTorch compiled its compilation. Memory on CUDA is what each process holds of the GPU, elsewhere how much the process grew.",
  markdownTable(table), ...(growth.length > 1 ? [markdownTable(growth)] : []), ...(losses === null ? [] : [losses.words, markdownTable(losses.table)]), ...notes,
];
if (values.dry) console.log(`\n${paragraphs.join("\n\n")}`);
else writeSection(device === "cuda" ? "cuda" : "cudaless", paragraphs.join("\n\n"));

/** Times of each side for one model: by turns, who begins changes from round to round. */
async function compare(model, competitors) {
  const workers = [];
  const grown = [];
  for (const { start, title } of competitors) {
    const before = device === "cuda" ? gpuMemoryUsed() : null;
    const worker = await start(model);
    if (worker.error) notes.add(`${title}, ${JSON.stringify(model)}: ${worker.error}.`);
    workers.push(worker);
    const after = before === null ? null : gpuMemoryUsed();
    grown.push(after === null ? null : after - before);
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
      memory[i] = device === "cuda" ? (gpuMemory(workers[i].pid) ?? grown[i]) : done.memory;
      for (const note of done.notes ?? []) notes.add(`${JSON.stringify(model)}: ${note}`);
    }
  }
  for (const worker of workers) worker.close();
  return workers.map((worker, i) => ({ milliseconds: times[i].length > 0 ? median(times[i]) : null, ratio: times[i].length > 0 && times[0].length > 0 ? median(times[i].map((time, round) => time / times[0][round])) : null, first: worker.first ?? null, memory: memory[i] }));
}

/** The one answer to a request that is no training. */
async function ask(request) {
  const answer = await startWorker(process.execPath, [path.join(root, "dist", "bench", "gpuOurs.cjs"), JSON.stringify(request)], { ...process.env, ...environment() });
  answer.close();
  if (answer.error) throw new Error(answer.error);
  return answer;
}

function startOurs(model) {
  return startWorker(process.execPath, [path.join(root, "dist", "bench", "gpuOurs.cjs"), JSON.stringify({ model, device, threads })], { ...process.env, ...environment() });
}

async function startTorch(model, compiled) {
  const python = process.platform === "win32" ? "python" : "python3";
  const worker = await startWorker(python, ["-u", path.join(here, "gpuTorch.py"), JSON.stringify({ model, device: device === "cuda" ? "cuda" : "cpu", compiled, threads })], process.env);
  torchVersion ??= worker.version;
  return worker;
}

/** A process that says one line when its first step is done, and answers a number of steps with one. */
async function startWorker(command, args, env) {
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => {}); // of a process that is gone, which is told below
  let words = "";
  child.stderr.on("data", (data) => (words = `${words}${data}`.slice(-2000)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve([`ended with ${signal ?? `code ${code}`}`, ...words.trim().split("\n").slice(-1)].filter((part) => part !== "").join(": ")));
  });
  /** What it says next; of a process that ends before, how it ended and its last words. Compilers may write lines of their own. */
  const next = async () => {
    for (;;) {
      const { value, done } = await Promise.race([lines.next(), gone.then(() => ({ done: true }))]);
      if (done) return { error: await gone };
      if (value.startsWith("{")) return JSON.parse(value);
    }
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

/** Bytes of the GPU that a process holds; null where the driver does not tell, as in most containers, whose processes have other numbers outside. */
function gpuMemory(pid) {
  const own = nvidiaSmi("--query-compute-apps=pid,used_memory").find(([each]) => each === pid);
  return own === undefined || !Number.isFinite(own[1]) ? null : own[1] * 2 ** 20;
}

/** Bytes of the first GPU that are in use; null where the driver does not tell. By how much they grew is what a process took that came up meanwhile. */
function gpuMemoryUsed() {
  const used = nvidiaSmi("--query-gpu=memory.used")[0]?.[0];
  return Number.isFinite(used) ? used * 2 ** 20 : null;
}

/** Rows of numbers. */
function nvidiaSmi(query) {
  try {
    return execFileSync("nvidia-smi", [query, "--format=csv,noheader,nounits"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim().split("\n").map((row) => row.split(",").map(Number));
  } catch {
    return [];
  }
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
