/**
 * Makes examples/transfer: weights trained on one half of MNIST's digits (0 to 4), and a few examples of the other half (5 to 9). Then measures, with five seeds each,
 * what the weights are worth: the example beside the same network from scratch. Needs the built product (node scripts/build.mjs).
 *
 * node scripts/transferExample.mjs           writes the data and the weights, and measures
 * node scripts/transferExample.mjs --measure measures alone
 */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const root = path.join(import.meta.dirname, "..");
const data = path.join(root, "examples", "data");
const target = path.join(root, "examples", "transfer");
const seeds = [0, 1, 2, 3, 4];
/** Examples of each of the digits 5 to 9: to train on, to choose by, and to report. */
const parts = { train: 5, validation: 60, test: 100 };

const base = `
data: { train: base-images-idx3-ubyte.gz, scaling: unit, split: { validation: 0.1, test: 0 } }
model:
  - conv2d: { filters: 16, kernel: 3, padding: same, activation: relu, name: conv1 }
  - max_pool: 2
  - conv2d: { filters: 32, kernel: 3, padding: same, activation: relu, name: conv2 }
  - max_pool: 2
  - conv2d: { filters: 32, kernel: 3, padding: same, activation: relu, name: conv3 }
  - max_pool: 2
  - flatten
  - dense: { units: 64, activation: relu, name: features }
  - dropout: 0.3
  - dense: { units: 5, name: digits }
optimizer: { adam: { lr: 2e-3 } }
schedule: cosine
training: { epochs: 8, batch_size: 32, early_stopping: { patience: 8 } }
threads: 1
seed: 0
`;

const images = gunzipSync(fs.readFileSync(path.join(data, "t10k-images-idx3-ubyte.gz")));
const labels = gunzipSync(fs.readFileSync(path.join(data, "t10k-labels-idx1-ubyte.gz"))).subarray(8);

/** Writes the images of these positions, and their labels, as a pair of IDX files. */
function writeIdx(folder, name, positions) {
  const pixels = 28 * 28;
  const head = Buffer.from(images.subarray(0, 16));
  head.writeUInt32BE(positions.length, 4);
  const body = positions.map((i) => images.subarray(16 + i * pixels, 16 + (i + 1) * pixels));
  fs.writeFileSync(path.join(folder, `${name}-images-idx3-ubyte.gz`), gzipSync(Buffer.concat([head, ...body]), { level: 9 }));
  const labelHead = Buffer.from([0, 0, 8, 1, 0, 0, 0, 0]);
  labelHead.writeUInt32BE(positions.length, 4);
  fs.writeFileSync(path.join(folder, `${name}-labels-idx1-ubyte.gz`), gzipSync(Buffer.concat([labelHead, Buffer.from(positions.map((i) => labels[i]))]), { level: 9 }));
}

/** Trains a file into `runs`; its last line of NDJSON, and the run's folder. */
function train(file, runs, options = []) {
  const text = execFileSync(process.execPath, [path.join(root, "dist", "cli.js"), "train", file, "--json", "--runs", runs, ...options], { encoding: "utf8", maxBuffer: 1 << 28 });
  const events = text.trim().split("\n").map((line) => JSON.parse(line));
  return { run: events.find(({ event }) => event === "start").run, end: events.at(-1) };
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-transfer-"));
try {
  if (!process.argv.includes("--measure")) {
    const all = Array.from(labels, (_, i) => i);
    writeIdx(folder, "base", all.filter((i) => labels[i] < 5));
    fs.writeFileSync(path.join(folder, "base.train.yaml"), base);
    const { run, end } = train(path.join(folder, "base.train.yaml"), path.join(folder, "runs"));
    fs.copyFileSync(path.join(run, "checkpoints", "best.onnx"), path.join(target, "digits0to4.onnx"));
    console.log(`digits 0 to 4: ${(100 * end.metrics["validation/accuracy"]).toFixed(1)} % right on validation data`);
    let from = 0;
    for (const [name, count] of Object.entries(parts)) {
      const chosen = [5, 6, 7, 8, 9].flatMap((digit) => all.filter((i) => labels[i] === digit).slice(from, from + count));
      writeIdx(target, name, chosen.sort((a, b) => a - b));
      from += count;
    }
  }
  for (const name of ["transfer/scratch.train.yaml", "transfer.train.yaml"]) {
    const accuracies = seeds.map((seed) => train(path.join(root, "examples", name), path.join(folder, "runs"), ["--seed", String(seed)]).end.metrics["test/accuracy"]);
    const mean = accuracies.reduce((a, b) => a + b, 0) / seeds.length;
    console.log(`${name}: ${(100 * mean).toFixed(1)} % right on test data, seeds ${seeds.join(" ")}: ${accuracies.map((a) => (100 * a).toFixed(1)).join(" ")}`);
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
