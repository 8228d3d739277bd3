/** A run as its clients see it: commands act within half a second, clients come and go, examples and projections are answered. */
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { fromJsonNumber } from "../../../src/common/numbers.js";
import { countsOf } from "../../../src/protocol/confusionCells.js";
import type { RuntimeMessage } from "../../../src/protocol/runtime.js";
import { attach } from "../../../src/runtime/client/attach.js";
import { runJob } from "../../../src/runtime/client/runJob.js";
import type { RunHandle } from "../../../src/runtime/client/runHandle.js";
import { startTraining, type StartedRun, type TrainJob } from "../../../src/runtime/client/startTraining.js";
import { readScalars } from "../../../src/runs/events/readScalars.js";
import { readManifest } from "../../../src/runs/manifestFile.js";
import { buildProduct, type Product } from "../../helpers/product.js";

const endless = `
data: { train: { generate: blobs, examples: 3000 } }
model: [{ dense: { units: 48, activation: relu } }, { dense: { units: 24, activation: relu, name: hidden } }, { dense: 3 }]
training: { epochs: 100000, batch_size: 32, evaluate: { every_epochs: 20 } }
threads: 1
`;

let product: Product;
const open: StartedRun[] = [];
beforeAll(async () => {
  product = await buildProduct();
}, 60_000);
afterEach(async () => {
  for (const run of open.splice(0)) {
    run.stop();
    await Promise.race([run.closed, new Promise((resolve) => setTimeout(resolve, 5000))]);
    run.kill();
  }
});
afterAll(() => product.dispose());

function job(text: string, more: Partial<TrainJob> = {}): TrainJob {
  const file = product.trainingFile("file.train.yaml", text);
  return {
    job: "train", source: { file, text, overrides: {} }, runsFolder: path.join(product.folder, "runs"), storage: path.join(product.folder, "storage"),
    device: null, threads: null, seed: null, resume: null, owner: "host", rules: {}, ...more,
  };
}

async function start(text = endless): Promise<{ run: StartedRun; events: RuntimeMessage[] }> {
  const run = await startTraining(job(text), { runtimePath: product.runtimePath, panel: false });
  open.push(run);
  const events: RuntimeMessage[] = [];
  run.onEvent((event) => events.push(event));
  await expect.poll(() => events.some(({ event }) => event === "series"), { timeout: 20_000 }).toBe(true);
  return { run, events };
}

/** Milliseconds until an event for which `test` holds comes. */
function until(run: RunHandle, test: (event: RuntimeMessage) => boolean): Promise<number> {
  const asked = performance.now();
  return new Promise((resolve) => {
    const { dispose } = run.onEvent((event) => {
      if (!test(event)) return;
      dispose();
      resolve(performance.now() - asked);
    });
  });
}

const stateIs = (state: string) => (event: RuntimeMessage) => event.event === "state" && event.state === state;

/** What a command is promised to act within, in milliseconds. */
const promptly = 500;

describe("commands", () => {
  it("act within half a second: pause, resume, rate, checkpoint, stop", async () => {
    const { run, events } = await start();
    run.pause();
    expect(await until(run, stateIs("paused"))).toBeLessThan(promptly);
    const whilePaused = events.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events.slice(whilePaused).filter(({ event }) => event === "series")).toEqual([]);

    run.resume();
    expect(await until(run, (event) => event.event === "series")).toBeLessThan(promptly);
    run.setLearningRate(0.0125);
    const isNewRate = (event: RuntimeMessage) => event.event === "series" && event.series.some(({ tag, values }) => tag === "train/learning_rate" && Math.abs(fromJsonNumber(values.at(-1)!) - 0.0125) < 1e-8);
    expect(await until(run, isNewRate)).toBeLessThan(promptly);
    run.checkpoint();
    expect(await until(run, (event) => event.event === "checkpoint")).toBeLessThan(promptly);
    run.stop();
    expect(await until(run, (event) => event.event === "end")).toBeLessThan(promptly);
    const manifest = await run.closed;
    expect(manifest).toMatchObject({ state: "stopped", pid: null, socket: null });
    expect(manifest!.checkpoint!.step).toBe(manifest!.step);
  }, 60_000);

  it("work while the run is paused: a checkpoint, and the end", async () => {
    const { run } = await start();
    run.pause();
    await until(run, stateIs("paused"));
    run.checkpoint();
    expect(await until(run, (event) => event.event === "checkpoint")).toBeLessThan(promptly);
    run.stop();
    expect(await until(run, (event) => event.event === "end")).toBeLessThan(promptly);
  }, 60_000);

  it("send series at most 30 times a second", async () => {
    const { events } = await start();
    const before = events.filter(({ event }) => event === "series").length;
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(events.filter(({ event }) => event === "series").length - before).toBeLessThanOrEqual(62);
  }, 60_000);
});

describe("a client that comes back", () => {
  it("attaches to the run that went on, and misses nothing", async () => {
    const { run } = await start();
    run.dispose();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const again = await attach(run.folder, { client: "host", panel: false });
    const firstLive = new Promise<number>((resolve) => {
      again.onEvent((event) => event.event === "series" && resolve(event.series.find(({ tag }) => tag === "train/loss")!.steps[0]));
    });
    const step = await firstLive;
    const steps = (await readScalars(run.folder)).series.get("train/loss")!.steps;
    expect(again.attached.step).toBe(step - 1);
    expect([...steps.subarray(0, step)]).toEqual(Array.from({ length: step }, (_, i) => i + 1));
    again.stop();
    expect((await again.closed)!.state).toBe("stopped");
  }, 60_000);

  it("is told that a run has ended", async () => {
    const { run } = await start();
    run.stop();
    await run.closed;
    await expect(attach(run.folder, { client: "host", panel: false })).rejects.toMatchObject({ code: "run-not-live" });
  }, 60_000);

  it("hears of a death as of any other end, and the run is recorded as failed", async () => {
    const { run, events } = await start();
    run.kill();
    expect(await run.closed).toMatchObject({ state: "failed", error: { code: "process-died" } });
    expect(events.at(-1)).toMatchObject({ event: "end", status: "failed" });
    expect(events.filter(({ event }) => event === "finding")).toMatchObject([{ rule: "process-died", category: "system", evidence: { cause: "killed by SIGKILL" } }]);
    expect((await readManifest(run.folder)).state).toBe("failed");
  }, 60_000);

  it("cannot take a run over that still goes on", async () => {
    const { run } = await start();
    await expect(startTraining(job(endless, { resume: run.folder }), { runtimePath: product.runtimePath, panel: false })).rejects.toMatchObject({ code: "run-is-live" });
  }, 60_000);
});

describe("examples", () => {
  it("of every cell of a matrix are as many as the matrix counts, most confident first, also where the last step was not the best", async () => {
    // a rate that jumps about
    const text = endless.replace("epochs: 100000", "epochs: 8").replace("every_epochs: 20", "every_epochs: 1").replace("training:", "optimizer: { adam: { lr: 0.3 } }\ntraining:").replace("blobs, examples: 3000", "two_moons, examples: 2000, noise: 0.5").replace("{ dense: 3 }", "{ dense: 2 }");
    const run = await startTraining(job(text), { runtimePath: product.runtimePath, panel: false });
    open.push(run);
    const matrices: Extract<RuntimeMessage, { event: "confusion" }>["matrix"][] = [];
    run.onEvent((event) => {
      if (event.event === "confusion") matrices.push(event.matrix);
    });
    await run.closed;
    const { best, step } = await readManifest(run.folder);
    expect(best!.step).toBeLessThan(step);
    const matrix = matrices.findLast(({ split }) => split === "validation")!;
    const { classes } = matrix;
    for (const [cell, count] of countsOf(matrix).entries()) {
      const [actual, predicted] = [Math.floor(cell / classes.length), cell % classes.length];
      const result = (await runJob({ job: "examples", run: run.folder, storage: product.folder, of: { split: "validation", actual, predicted, offset: 0, limit: 200 } }, { runtimePath: product.runtimePath })) as {
        total: number;
        examples: { actual: string; predicted: string; confidence: number }[];
      };
      expect(result.total).toBe(count);
      for (const example of result.examples) expect(example).toMatchObject({ actual: classes[actual], predicted: classes[predicted] });
      const confidences = result.examples.map(({ confidence }) => confidence);
      expect(confidences).toEqual([...confidences].sort((x, y) => y - x));
    }
  }, 60_000);

  it("are answered while training goes on", async () => {
    const { run, events } = await start();
    await expect.poll(() => events.some(({ event }) => event === "confusion"), { timeout: 20_000 }).toBe(true);
    const page = await run.examplesAt([5, 0, 7]);
    expect(page).toMatchObject({ ok: true, value: { total: 3, examples: [{ index: 5, content: { kind: "row" } }, { index: 0 }, { index: 7 }] } });
  }, 60_000);
});
