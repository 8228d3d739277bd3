/** A run whose device fails under it, as the runtime's errors say it: the finding, the checkpoint, and going on elsewhere with the same losses. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import type { Backend } from "../../../src/engine/training/backend.js";
import { deviceFailure } from "../../../src/runtime/backend/failures.js";
import { connect } from "../../../src/runtime/client/runHandle.js";
import { trainJob, type TrainJob } from "../../../src/runtime/training/trainJob.js";
import type { Report } from "../../../src/runtime/report.js";
import { readFindings } from "../../../src/runs/findingsFile.js";
import { readManifest } from "../../../src/runs/manifestFile.js";
import { readScalars } from "../../../src/runs/events/readScalars.js";

/** Runs of training chunks before the device fails; Infinity: it does not. */
let working = Infinity;
/** The runtime's words when it does. */
const outOfMemory = "CUDA failure 2: out of memory ; GPU=0 ; hostname=box";
let failing = outOfMemory;
/** What `device: cuda` is here: the processor under that name, as there may be no GPU. */
vi.mock("../../../src/runtime/backend/devices.js", async (original) => ({
  ...(await original<typeof import("../../../src/runtime/backend/devices.js")>()),
  resolveDevice: (device: string) => Promise.resolve(device === "cuda" ? { provider: "cuda", id: "cuda:0" } : { provider: "cpu", id: "cpu" }),
}));

vi.mock("../../../src/runtime/backend/onnxRuntimeBackend.js", async (original) => {
  const actual = await original<typeof import("../../../src/runtime/backend/onnxRuntimeBackend.js")>();
  return {
    ...actual,
    createOnnxRuntimeBackend: (): Backend => {
      const inner = actual.createOnnxRuntimeBackend();
      return {
        async createSession(model, options) {
          const session = await inner.createSession(model, { ...options, provider: "cpu" });
          return {
            ...session,
            async run(feeds) {
              // a chunk is what has rates
              if (Object.keys(feeds).some((name) => name.startsWith("scalar/")) && working-- <= 0) throw deviceFailure(failing, "cuda")!;
              return session.run(feeds);
            },
          };
        },
      };
    },
  };
});

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-device-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const text = "data: { train: { generate: blobs, examples: 240 } }\nmodel: [{ dense: { units: 12, activation: relu } }, { dense: 3 }]\noptimizer: { adam: { lr: 1e-2 } }\ntraining: { steps: 24, batch_size: 16, evaluate: { every_steps: 6 } }\nthreads: 1\nseed: 4\n";

async function train(more: Partial<TrainJob> = {}, overrides: Record<string, number | string> = {}): Promise<string> {
  const file = path.join(folder, "file.train.yaml");
  fs.writeFileSync(file, text);
  let at = "";
  const report: Report = {
    log: () => {}, projection: () => {}, surface: () => {}, inspected: () => {}, experiment: () => {}, progress: () => {}, finding: () => {}, check: () => {}, refused: () => Promise.resolve(), done: () => Promise.resolve(),
    listening: (run, socket) => {
      at = run;
      void connect(run, socket, { client: "host", panel: false });
    },
  };
  await trainJob({ job: "train", source: { file, text, overrides }, runsFolder: path.join(folder, "runs"), storage: path.join(folder, "storage"), device: null, threads: null, seed: null, resume: null, owner: "host", rules: {}, ...more } as TrainJob, report);
  return at;
}

const lossesOf = async (run: string): Promise<number[]> => [...(await readScalars(run)).series.get("train/loss")!.values];

it("out of memory is a finding with ways to go on, and a checkpoint that goes on to the same losses in pieces", async () => {
  const whole = await lossesOf(await train());
  expect(whole).toHaveLength(24);
  working = 2;
  const run = await train();
  working = Infinity;
  const failed = (await readManifest(run))!;
  expect(failed).toMatchObject({ state: "failed", error: { code: "out-of-memory" } });
  expect(failed.step).toBeGreaterThan(0);
  expect(failed.checkpoint?.step).toBe(failed.step);
  const finding = (await readFindings(run)).find(({ rule }) => rule === "out-of-memory")!;
  expect(finding).toMatchObject({ severity: "error", category: "system", path: "training.batch_size", step: failed.step });
  const [halves] = finding.fixes;
  const overrides = Object.fromEntries(halves.edits.map((edit) => [edit.path, (edit as { value: number }).value]));
  expect(overrides).toEqual({ "training.batch_size": 8, "training.accumulate": 2 });
  await train({ resume: run }, overrides);
  expect(await readManifest(run)).toMatchObject({ state: "finished", step: 24 });
  (await lossesOf(run)).forEach((loss, i) => expect(Math.abs(loss - whole[i])).toBeLessThan(1e-5));
});

it("a driver that is lost is a finding with a checkpoint, and the run goes on on the processor to the same losses", async () => {
  const whole = await lossesOf(await train());
  await train({}, { device: "cuda" }); // measures the way there, and keeps it
  [working, failing] = [2, "CUDA failure 999: unknown error ; GPU=0 ; hostname=box ; expr=cudaStreamSynchronize"];
  const run = await train({}, { device: "cuda" });
  [working, failing] = [Infinity, outOfMemory];
  const failed = (await readManifest(run))!;
  expect(failed).toMatchObject({ state: "failed", device: "cuda:0", error: { code: "device-lost" } });
  expect(failed.step).toBeGreaterThan(0);
  const finding = (await readFindings(run)).find(({ rule }) => rule === "device-lost")!;
  expect(finding).toMatchObject({ severity: "error", category: "system", path: "device", fixes: [{ edits: [{ path: "device", value: "cpu" }] }] });
  await train({ resume: run }, { device: "cpu" });
  expect(await readManifest(run)).toMatchObject({ state: "finished", step: 24, device: "cpu" });
  (await lossesOf(run)).forEach((loss, i) => expect(Math.abs(loss - whole[i])).toBeLessThan(1e-5));
});

describe.skipIf(process.platform === "win32")("a GPU in the use of others, as a stand-in for nvidia-smi tells it", () => {
  const pathBefore = process.env.PATH;
  afterEach(() => void (process.env.PATH = pathBefore));
  /** Has nvidia-smi say that so many MiB of 16,384 are free, with two processes on the GPU. */
  const standIn = (free: number): void => {
    const bin = path.join(folder, `bin-${free}`);
    fs.mkdirSync(bin);
    fs.writeFileSync(path.join(bin, "nvidia-smi"), `#!/bin/sh\ncase "$1" in\n--query-gpu=*) echo "0, GPU-aa11, Tesla V100-SXM2-16GB, 16384, ${free}, 7.0, 580.65.06";;\n*) echo "GPU-aa11, 71"; echo "GPU-aa11, 72";;\nesac\n`, { mode: 0o755 });
    process.env.PATH = `${bin}${path.delimiter}${pathBefore}`;
  };

  it("is a finding before the first step, with a smaller batch and the processor as ways on", async () => {
    standIn(300);
    const run = await train({}, { device: "cuda" });
    expect(await readManifest(run)).toMatchObject({ state: "finished", step: 24 });
    const finding = (await readFindings(run)).find(({ rule }) => rule === "device-busy")!;
    expect(finding).toMatchObject({ severity: "warning", category: "system", path: "device", step: null, evidence: { free: 300 * 2 ** 20, memory: 2 ** 34, others: 2 } });
    expect(finding.message).toContain("Of Tesla V100-SXM2-16GB's 17.2 GB only 315 MB are free: 2 other programs hold the rest.");
    expect(finding.fixes.map(({ edits }) => edits)).toEqual([[{ path: "training.batch_size", value: 8 }, { path: "training.accumulate", value: 2 }], [{ path: "device", value: "cpu" }]]);
  });

  it("is none while there is room, and none for a run on the processor", async () => {
    standIn(9000);
    expect((await readFindings(await train({}, { device: "cuda" }))).filter(({ rule }) => rule === "device-busy")).toEqual([]);
    standIn(200);
    expect((await readFindings(await train())).filter(({ rule }) => rule === "device-busy")).toEqual([]);
  });
});
