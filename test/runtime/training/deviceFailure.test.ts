/** A run whose device fails under it, as the runtime's errors say it: the finding, the checkpoint, and going on elsewhere with the same losses. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it, vi } from "vitest";
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

vi.mock("../../../src/runtime/backend/onnxRuntimeBackend.js", async (original) => {
  const actual = await original<typeof import("../../../src/runtime/backend/onnxRuntimeBackend.js")>();
  return {
    ...actual,
    createOnnxRuntimeBackend: (): Backend => {
      const inner = actual.createOnnxRuntimeBackend();
      return {
        async createSession(model, options) {
          const session = await inner.createSession(model, options);
          return {
            ...session,
            async run(feeds) {
              // a chunk is what has rates
              if (Object.keys(feeds).some((name) => name.startsWith("scalar/")) && working-- <= 0) throw deviceFailure("CUDA failure 2: out of memory ; GPU=0 ; hostname=box", "cuda")!;
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
    log: () => {}, projection: () => {}, experiment: () => {}, progress: () => {}, finding: () => {}, check: () => {}, refused: () => Promise.resolve(), done: () => Promise.resolve(),
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
