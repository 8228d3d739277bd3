// Trials an hour of a search on one and on two cores: `node bench/search.mjs [rounds] [trials]`. The two are run in turn, so that whatever else the machine does meets both.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const rounds = Number(process.argv[2] ?? 3);
const trials = Number(process.argv[3] ?? 8);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-search-bench-"));
const file = path.join(folder, "mnist.train.yaml");
fs.writeFileSync(file, `data: { train: ${path.join(root, "examples/data/t10k-images-idx3-ubyte.gz")}, labels: ${path.join(root, "examples/data/t10k-labels-idx1-ubyte.gz")}, scaling: unit }
model: [conv2d: { filters: 16, kernel: 5, activation: relu }, max_pool: 2, flatten, dense: 10]
training: { epochs: 8, batch_size: 64 }
search: { trials: ${trials}, confirm: 0, stop_early: false, space: { optimizer.adam.lr: { log_uniform: [1e-4, 1e-2] } } }
threads: 1
`);

/** Trials an hour with so many at a time. */
function rate(parallel, count = trials) {
  const from = performance.now();
  execFileSync(process.execPath, [path.join(root, "dist/cli.js"), "search", file, "--runs", path.join(folder, "runs"), "--parallel", String(parallel), "--set", `search.trials=${count}`, "--quiet"], { stdio: "ignore" });
  return (count * 3600 * 1000) / (performance.now() - from);
}

rate(2, 2); // measures what is measured once
const figures = { 1: [], 2: [] };
for (let round = 0; round < rounds; round++) for (const parallel of [1, 2]) figures[parallel].push(rate(parallel));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
console.log(`load ${os.loadavg()[0].toFixed(1)}, ${os.availableParallelism()} cores, ${os.cpus()[0].model}`);
for (const parallel of [1, 2]) console.log(`${parallel} at a time: ${Math.round(median(figures[parallel]))} trials an hour (${figures[parallel].map(Math.round).join(", ")})`);
console.log(`ratio ${(median(figures[2]) / median(figures[1])).toFixed(2)}`);
fs.rmSync(folder, { recursive: true, force: true });
