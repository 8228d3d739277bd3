/** Reading folders of event files: bytes a second, the first curves, the second opening, memory. Bundled by logs.mjs. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { listRuns } from "../src/runs/runIndex.js";
import { createRunFolder } from "../src/runs/runFolder.js";
import { writeManifest } from "../src/runs/manifestFile.js";
import { LogReader } from "../src/logs/logReader.js";
import { LogThread } from "../src/logs/logThread.js";
import { EventFileWriter } from "../src/runs/events/eventFileWriter.js";
import type { Manifest } from "../src/protocol/manifest.js";

const tags = Array.from({ length: 100 }, (_, i) => `layer${i}/gradient_norm`);

/** Writes a log of 100 tags; `together`: a record a step, as ours are, else a record a value, as those of PyTorch and Keras. */
export function writeLog(folder: string, steps: number, together: boolean): void {
  const writer = new EventFileWriter(folder, 0);
  let state = 1;
  const noise = () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
  for (let step = 0; step < steps; step++) {
    const values = tags.map((_, i) => Math.fround(Math.exp(-step / steps) + i / 100 + noise() * 0.1));
    if (together) writer.scalars(1.7e9 + step * 0.01, step, tags, values);
    else for (const [i, tag] of tags.entries()) writer.scalars(1.7e9 + step * 0.01, step, [tag], [values[i]]);
  }
  writer.close();
}

/** Seconds that reading a folder takes, and its bytes. */
export function readLog(folder: string): { readonly seconds: number; readonly bytes: number; readonly points: number } {
  const start = performance.now();
  const reader = new LogReader(folder, null);
  while (!reader.advance(100).done);
  reader.table.settle();
  const seconds = (performance.now() - start) / 1000;
  return { seconds, bytes: reader.bytes, points: reader.table.tags.reduce((sum, tag) => sum + tag.facts.count, 0) };
}

interface Opening {
  /** Seconds from the start of the thread. */
  readonly firstCurves: number;
  readonly whole: number;
  readonly points: number;
}

/** Opens a folder as the editor does, and asks for 100 curves as a panel's charts do. */
export async function openLog(worker: string, folder: string, storage: string): Promise<Opening> {
  const start = performance.now();
  const thread = new LogThread(worker, folder, storage);
  await thread.opened();
  const ask = async () => {
    const facts = await thread.facts("", false, 1);
    const last = Math.max(...facts.map((one) => one.last?.step ?? 0));
    await thread.answer("", facts.map(({ tag }) => ({ tag, smoothing: 0, query: { axis: "step", from: 0, to: last, columns: 640, log: false, origin: 0 }, since: null })), Infinity);
    return facts.reduce((sum, { count }) => sum + count, 0);
  };
  await ask();
  const firstCurves = (performance.now() - start) / 1000;
  await thread.whole();
  const points = await ask();
  const whole = (performance.now() - start) / 1000;
  await thread.dispose();
  return { firstCurves, whole, points };
}

/** Resident bytes that reading a folder adds to a process; run it in a fresh one. */
export async function memoryOf(worker: string, folder: string): Promise<number> {
  const before = process.memoryUsage().rss;
  const thread = new LogThread(worker, folder, null);
  await thread.whole();
  const after = process.memoryUsage().rss;
  await thread.dispose();
  return after - before;
}

/** Seconds that listing 2,000 runs takes. */
export async function listManyRuns(count: number): Promise<number> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-runs-"));
  try {
    const now = new Date();
    for (let i = 0; i < count; i++) {
      const run = createRunFolder(folder, `run${i}`, now);
      const manifest: Manifest = {
        version: 1, id: path.basename(run), name: `run${i}`, file: "/a.train.yaml", storedFile: "a.train.yaml", overrides: {}, created: now.toISOString(), updated: now.toISOString(), state: "finished", pid: null, socket: null, device: "cpu", threads: 1,
        seed: i, task: "classification", classes: ["a", "b"], parameters: 1000, operations: 1000, stepsPerEpoch: 10, totalSteps: 100, epochs: 10, step: 100, seconds: 10, metrics: { "validation/loss": 0.5, "validation/accuracy": 0.9 }, best: null,
        layers: Array.from({ length: 6 }, (_, k) => ({ name: `dense_${k}`, kind: "dense", path: `model[${k}]`, outputShape: [1, 64], parameters: 100 })), error: null, checkpoint: null,
      };
      writeManifest(run, manifest);
    }
    const start = performance.now();
    const runs = await listRuns(folder);
    if (runs.length !== count) throw new Error(`${runs.length} runs were listed`);
    return (performance.now() - start) / 1000;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
