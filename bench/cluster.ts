/** A controller of 10,000 trials on a simulated scheduler: what it writes, how long a look takes, what it holds. Run by bench/cluster.mjs. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { SlurmExecutor } from "../src/cluster/slurm/slurmExecutor.js";
import { listRuns } from "../src/runs/runIndex.js";

const trials = Number(process.argv[2] ?? 10_000);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-bench-cluster-"));
const bin = path.join(folder, "bin");
fs.mkdirSync(bin);
/** Commands of a scheduler that accepts everything and lists what a file says. */
const command = (name: string, script: string): void => fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
command("sbatch", `n=$(cat ${folder}/count 2>/dev/null || echo 0); n=$((n + 1)); echo $n > ${folder}/count; echo $n`);
command("squeue", `cat ${folder}/queue`);
command("scancel", "true");
process.env.PATH = `${bin}:${process.env.PATH}`;

const manifest = (id: string, runFolder: string) => ({
  version: 1, id, name: "bench", file: "/data/bench.train.yaml", storedFile: "bench.train.yaml", overrides: {}, created: new Date().toISOString(), updated: new Date().toISOString(),
  state: "finished", pid: null, socket: null, device: "cpu", threads: 1, seed: 0, task: "classification", classes: ["0", "1"], parameters: 1000, operations: 1000, stepsPerEpoch: 10, totalSteps: 100, epochs: 10,
  step: 100, seconds: 10, metrics: { "train/loss": 0.1, "validation/loss": 0.2, "validation/accuracy": 0.9 }, best: null, layers: [], error: null, checkpoint: null, partOf: path.relative(runFolder, folder),
});

async function main(): Promise<void> {
  const ids = Array.from({ length: trials }, (_, i) => String(i).padStart(5, "0"));
  const runs = path.join(folder, "trials");
  fs.writeFileSync(path.join(folder, "queue"), ids.map((_, i) => `${1 + Math.floor(i / 1000)} ${i % 1000} PENDING`).join("\n"));
  const cluster = { partition: null, account: null, time: null, cores: 1, gpus: null, memory: null, lines: [] };
  const executor = new SlurmExecutor({ name: "bench", jobsFolder: path.join(folder, "jobs"), cluster, command: ["node", "cli.js", "trial"], threads: null, device: null, interval: 1000, slots: null });
  const source = { file: "/data/bench.train.yaml", text: "x".repeat(2000), overrides: {} };
  let begun = performance.now();
  const outcomes = ids.map((id, i) => executor.start({ id, source: { ...source, overrides: { "optimizer.adam.lr": i } }, seed: null, runFolder: path.join(runs, id), partOf: folder }, () => {}).outcome);
  while (!fs.existsSync(path.join(folder, "count")) || Number(fs.readFileSync(path.join(folder, "count"), "utf8")) < Math.ceil(trials / 1000)) await new Promise((resolve) => setTimeout(resolve, 20));
  const submitted = (performance.now() - begun) / 1000;
  const files = fs.readdirSync(path.join(folder, "jobs"), { recursive: true }).length;
  begun = performance.now();
  for (const id of ids) {
    fs.mkdirSync(path.join(runs, id), { recursive: true });
    fs.writeFileSync(path.join(runs, id, "run.json"), JSON.stringify(manifest(id, path.join(runs, id))));
  }
  const written = (performance.now() - begun) / 1000;
  fs.writeFileSync(path.join(folder, "queue"), ids.map((_, i) => `${1 + Math.floor(i / 1000)} ${i % 1000} COMPLETED`).join("\n"));
  begun = performance.now();
  await Promise.all(outcomes);
  const settled = (performance.now() - begun) / 1000;
  const memory = process.memoryUsage().rss / 2 ** 20;
  begun = performance.now();
  const listed = (await listRuns(runs)).length;
  const listing = (performance.now() - begun) / 1000;
  console.log(JSON.stringify({ trials, submitSeconds: submitted, jobFiles: files, manifestsWrittenPerSecond: Math.round(trials / written), settleSeconds: settled, manifestsReadPerSecond: Math.round(trials / settled), listSeconds: listing, listed, memoryMB: Math.round(memory) }, null, 2));
  fs.rmSync(folder, { recursive: true });
  process.exit(0);
}

void main();
