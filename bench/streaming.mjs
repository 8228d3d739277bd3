// Training on data larger than memory should be: `node bench/streaming.mjs [--format npy,csv,parquet] [--gigabytes 5] [--folder DIR] [--keep]` (after a build).
// Generates a file, trains an MLP on it for an epoch through the command line, and writes what memory and time it took. Linux: reads /proc.
// A Parquet file is written by python3 with pyarrow, in row groups of its default size.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine } from "./machine.mjs";
import { markdownTable, writeSection } from "./readme.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { format: { type: "string", default: "npy,csv,parquet" }, gigabytes: { type: "string", default: "5" }, folder: { type: "string", default: path.join(os.tmpdir(), "descent-bench") }, keep: { type: "boolean", default: false } } });
const width = 784;
/** Columns of a table beside its label. */
const columns = 100;
const classes = 10;
const bytesWanted = Number(values.gigabytes) * 1e9;

const folder = values.folder;
fs.mkdirSync(folder, { recursive: true });
const formats = {
  npy: { generate: generateArray, data: (file) => `{ train: ${file}, labels: ${path.join(folder, "labels.npy")}, scaling: standardize, split: { validation: 0.02, test: 0 } }` },
  csv: { generate: generateText, data: (file) => `{ train: ${file}, scaling: standardize, split: { validation: 0.02, test: 0 } }` },
  parquet: { generate: generateParquet, data: (file) => `{ train: ${file}, scaling: standardize, split: { validation: 0.02, test: 0 } }` },
};
const measured = [];
try {
  for (const format of values.format.split(",")) {
    const file = path.join(folder, `data.${format}`);
    if (!fs.existsSync(file)) formats[format].generate(file);
    const trainFile = path.join(folder, "streaming.train.yaml");
    fs.writeFileSync(trainFile, `data: ${formats[format].data(file)}
model: [{ dense: { units: 128, activation: relu } }, { dense: ${classes} }]
training: { epochs: 1, batch_size: 128 }
`);
    const { peak, seconds, firstStep, end, waiting } = await train(trainFile);
    const examples = Math.round((end.steps * 128) / 0.98);
    measured.push([
      `${(fs.statSync(file).size / 1e9).toFixed(2)} GB of .${format}, ${format === "npy" ? width : columns} numbers an example`, examples.toLocaleString("en"), `${Math.round(peak / 1e6)} MB`, `${firstStep.toFixed(0)} s`, Math.round(examples / firstStep).toLocaleString("en"),
      Math.round(end.steps_per_second).toLocaleString("en"), `${(100 * waiting).toFixed(1)} %`, `${seconds.toFixed(0)} s`,
    ]);
    console.log(measured.at(-1).join(" | "));
    if (!values.keep) fs.rmSync(file, { force: true });
  }
  writeSection("streaming", [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${describeMachine()}. An MLP of 128 hidden units (Adam, batch 128), one epoch, standardised, shuffled. Load of the machine at the end: ${os.loadavg()[0].toFixed(1)}.`,
    markdownTable([
      ["file", "examples, about", "most memory of the training process", "before the first step", "rows read a second", "steps a second", "of the training time waiting for data", "whole run"],
      ...measured,
    ]),
  ].join("\n\n"));
} finally {
  if (!values.keep) fs.rmSync(folder, { recursive: true, force: true });
}

/** Rows of text with a header: as much as is wanted of a block that is repeated, its first column a count. */
function generateText(file) {
  const rows = 20_000;
  const lines = Array.from({ length: rows }, () => {
    const label = Math.floor(Math.random() * classes);
    return `${Array.from({ length: columns - 1 }, (_, i) => (Math.random() + Math.random() - 1 + (i % classes === label ? 0.3 : 0)).toFixed(5)).join(",")},${label}`;
  });
  const out = fs.openSync(file, "w");
  let written = fs.writeSync(out, `${Array.from({ length: columns }, (_, i) => `x${i}`).join(",")},label\n`);
  for (let row = 0; written < bytesWanted; row += rows) written += fs.writeSync(out, lines.map((line, i) => `${row + i},${line}\n`).join(""));
  fs.closeSync(out);
}

function generateParquet(file) {
  const { status } = spawnSync("python3", ["-c", `
import sys, numpy as np, pyarrow as pa, pyarrow.parquet as pq
file, columns, classes, wanted = sys.argv[1], *map(int, sys.argv[2:])
r = np.random.default_rng(0)
rows = 1024 * 1024
names = [f"x{i}" for i in range(columns)]
schema = pa.schema([(n, pa.float32()) for n in names] + [("label", pa.int64())])
with pq.ParquetWriter(file, schema) as out:
    for _ in range(max(1, round(wanted / (rows * columns * 4.2)))):
        label = r.integers(0, classes, rows)
        out.write_table(pa.table([r.normal(size=rows).astype("f4") + 0.3 * (i % classes == label).astype("f4") for i in range(columns)] + [label], schema=schema), row_group_size=rows)
`, file, String(columns), String(classes), String(Math.round(bytesWanted))], { stdio: "inherit" });
  if (status !== 0) throw new Error("python3 with numpy and pyarrow writes the Parquet file, and did not");
}

/** Rows of noise with a pattern of their class, and labels beside them. */
function generateArray(data) {
  const rows = Math.floor(bytesWanted / (4 * width));
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
