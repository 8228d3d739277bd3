// Training on data larger than memory should be: `node bench/streaming.mjs [--gigabytes 5] [--folder DIR] [--keep] [--data FILE]` (after a build).
// Generates a .npy file, trains an MLP on it for an epoch through the command line, and writes what memory and time it took. Linux: reads /proc.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine } from "./machine.mjs";
import { markdownTable, writeSection } from "./readme.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { gigabytes: { type: "string", default: "5" }, folder: { type: "string", default: path.join(os.tmpdir(), "descent-bench") }, keep: { type: "boolean", default: false }, data: { type: "string" } } });
const width = 784;
const classes = 10;

const folder = values.folder;
fs.mkdirSync(folder, { recursive: true });
const data = values.data ?? path.join(folder, "data.npy");
if (values.data === undefined) generate(Math.floor((Number(values.gigabytes) * 1e9) / (4 * width)));
try {
  const trainFile = path.join(folder, "streaming.train.yaml");
  fs.writeFileSync(trainFile, `data: { train: ${data}, labels: ${path.join(path.dirname(data), "labels.npy")}, scaling: standardize, split: { validation: 0.02, test: 0 } }
model: [{ dense: { units: 128, activation: relu } }, { dense: ${classes} }]
training: { epochs: 1, batch_size: 128 }
`);
  const { peak, seconds, firstStep, end, waiting } = await train(trainFile);
  const bytes = fs.statSync(data).size;
  writeSection("streaming", [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${describeMachine()}. An MLP 784-128-10 (Adam, batch 128), one epoch over a .npy file of float32 rows, standardised, shuffled.`,
    markdownTable([
      ["file", "examples", "most memory of the training process", "before the first step", "steps a second", "of the training time waiting for data", "whole run"],
      [`${(bytes / 1e9).toFixed(2)} GB`, Math.floor(bytes / (4 * width)).toLocaleString("en"), `${Math.round(peak / 1e6)} MB`, `${firstStep.toFixed(0)} s`, Math.round(end.steps_per_second).toLocaleString("en"), `${(100 * waiting).toFixed(1)} %`, `${seconds.toFixed(0)} s`],
    ]),
  ].join("\n\n"));
} finally {
  if (!values.keep) fs.rmSync(folder, { recursive: true, force: true });
}

/** Rows of noise with a pattern of their class, and labels beside them. */
function generate(rows) {
  const block = 4096;
  const noise = Float32Array.from({ length: block * width }, () => Math.random() + Math.random() - 1);
  const patterns = Float32Array.from({ length: classes * width }, () => 0.3 * (Math.random() - 0.5));
  const file = fs.openSync(data, "w");
  fs.writeSync(file, npyHeader("<f4", `(${rows}, ${width})`));
  const labels = new Uint8Array(rows);
  for (let start = 0; start < rows; start += block) {
    const count = Math.min(block, rows - start);
    const values_ = new Float32Array(count * width);
    const turn = Math.floor(Math.random() * noise.length);
    for (let row = 0; row < count; row++) {
      const label = (labels[start + row] = Math.floor(Math.random() * classes));
      for (let i = 0; i < width; i++) values_[row * width + i] = noise[(turn + row * width + i) % noise.length] + patterns[label * width + i];
    }
    fs.writeSync(file, new Uint8Array(values_.buffer));
  }
  fs.closeSync(file);
  fs.writeFileSync(path.join(folder, "labels.npy"), Buffer.concat([npyHeader("|u1", `(${rows},)`), labels]));
}

function npyHeader(type, shape) {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0]);
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, "latin1")]);
}

/** Trains in a process of its own, whose memory is looked at four times a second. */
async function train(trainFile) {
  const began = performance.now();
  const cli = spawn(process.execPath, [path.join(root, "dist", "cli.js"), "train", trainFile, "--json", "--runs", path.join(folder, "runs")], { stdio: ["ignore", "pipe", "inherit"] });
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, ...childrenOf(cli.pid).map(peakOf))), 250);
  let [text, firstStep, end, run] = ["", Number.NaN, null, null];
  for await (const chunk of cli.stdout) {
    const lines = (text + chunk).split("\n");
    text = lines.pop();
    for (const line of lines) {
      const event = JSON.parse(line);
      if (event.event === "start") run = event.run;
      if (event.event === "scalars" && Number.isNaN(firstStep)) firstStep = (performance.now() - began) / 1000;
      if (event.event === "end") end = event;
    }
  }
  clearInterval(timer);
  if (end === null) throw new Error("the run did not end");
  return { peak, end, firstStep, seconds: (performance.now() - began) / 1000, waiting: await waitingOf(run) };
}

function childrenOf(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Most resident bytes that a process has had. */
function peakOf(pid) {
  try {
    return 1024 * Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The scalar `train/waiting_for_data`: found in the event file by its tag, a float32 that follows it. */
async function waitingOf(run) {
  const files = fs.readdirSync(path.join(run, "train")).map((name) => path.join(run, "train", name));
  const bytes = Buffer.concat(files.map((file) => fs.readFileSync(file)));
  const tag = Buffer.from("waiting_for_data");
  const at = bytes.lastIndexOf(tag);
  if (at === -1) return 0;
  // Summary.Value: tag (field 1), simple_value (field 2, wire type 5)
  const value = bytes.indexOf(0x15, at + tag.length);
  return value === -1 ? Number.NaN : bytes.readFloatLE(value + 1);
}
