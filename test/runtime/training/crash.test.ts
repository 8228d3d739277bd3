/** What a run leaves behind when its process is killed, and that resuming gives the losses of an unbroken run, to the bit. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readScalars } from "../../../src/runs/events/readScalars.js";
import { readFindings } from "../../../src/runs/findingsFile.js";
import { readManifest } from "../../../src/runs/manifestFile.js";
import { buildProduct, objects, type Product } from "../../helpers/product.js";

/** Dropout, shuffling and a schedule: everything random or with a state of its own takes part. Long enough to be killed on the way. */
const slow = `
data: { train: { generate: spirals, examples: 4000, noise: 0.1 } }
model: [{ dense: { units: 64, activation: relu } }, { dropout: 0.2 }, { dense: { units: 64, activation: tanh } }, batch_norm, { dense: 2 }]
optimizer: { adam: { lr: 0.003 } }
schedule: { cosine: { warmup_steps: 50 } }
training: { epochs: 24, batch_size: 16, checkpoint: { every_epochs: 4 } }
threads: 1
seed: 3
`;

let product: Product;
let unbroken: Map<string, number[]>;
beforeAll(async () => {
  product = await buildProduct();
  const result = await product.descent("train", product.trainingFile("whole.train.yaml", slow), "--json", "--runs", path.join(product.folder, "whole"));
  expect(result.code, result.stderr).toBe(0);
  unbroken = await curves(runIn("whole"));
}, 120_000);
afterAll(() => product.dispose());

function runIn(folder: string): string {
  const runs = path.join(product.folder, folder);
  return path.join(runs, fs.readdirSync(runs)[0]);
}

/** Every series of a run as step, value, step, value ... */
async function curves(run: string): Promise<Map<string, number[]>> {
  const { series, damage } = await readScalars(run);
  expect(damage).toEqual([]);
  return new Map([...series].map(([tag, { steps, values }]) => [tag, Array.from(steps, (step, i) => [step, values[i]]).flat()]));
}

/** Starts a run, and waits until its checkpoint and some steps after it are there. */
async function startAndWait(name: string) {
  const command = product.start("train", product.trainingFile(`${name}.train.yaml`, slow), "--json", "--runs", path.join(product.folder, name));
  const checkpoint = JSON.parse(await command.line((line) => line.includes('"checkpoint"'))) as { step: number };
  await command.line((line) => line.startsWith('{"event":"scalars"') && (JSON.parse(line) as { step: number }).step > checkpoint.step + 30);
  const manifest = await readManifest(runIn(name));
  return { command, checkpoint, pid: manifest.pid!, run: runIn(name) };
}

async function resumeAndCompare(name: string, run: string): Promise<void> {
  const resumed = await product.descent("train", path.join(product.folder, `${name}.train.yaml`), "--json", "--resume", run);
  expect(resumed.code, resumed.stderr).toBe(0);
  const manifest = await readManifest(run);
  expect(manifest).toMatchObject({ state: "finished", error: null, pid: null });
  const resumedCurves = await curves(run);
  for (const tag of ["train/loss", "train/learning_rate", "validation/loss", "validation/accuracy", "test/loss", "train/gradient_norm"]) {
    expect(resumedCurves.get(tag), tag).toEqual(unbroken.get(tag));
  }
}

describe("a training process that is killed", () => {
  it("ends as failed with a finding; the command line goes on to say so; resuming gives the unbroken run's losses", async () => {
    const { command, checkpoint, pid, run } = await startAndWait("killed");
    process.kill(pid, "SIGKILL");
    const result = await command.done;
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("error[process-died]");
    const printed = objects(result.stdout);
    expect(printed.at(-1)).toMatchObject({ event: "end", status: "failed" });
    expect(printed.find(({ event, rule }) => event === "finding" && rule === "process-died")).toMatchObject({ category: "system", severity: "error" });

    const manifest = await readManifest(run);
    expect(manifest).toMatchObject({ state: "failed", pid: null, socket: null, error: { code: "process-died" }, checkpoint: { step: checkpoint.step } });
    expect((await readFindings(run)).map(({ rule }) => rule)).toContain("process-died");
    // what was printed is on disk, value for value
    const onDisk = (await curves(run)).get("train/loss")!;
    for (const { step, values } of printed.filter(({ event }) => event === "scalars") as { step: number; values: Record<string, number> }[]) {
      if (values["train/loss"] !== undefined) expect(onDisk[2 * step - 1]).toBe(values["train/loss"]);
    }
    await resumeAndCompare("killed", run);
  }, 120_000);

  it("together with its command line is shown as failed by the next listing, and resumes", async () => {
    const { command, pid, run } = await startAndWait("both");
    command.process.kill("SIGKILL");
    process.kill(pid, "SIGKILL");
    await command.done;
    expect((await readManifest(run)).state).toBe("running");
    const listed = await product.descent("runs", path.dirname(run), "--json");
    expect(objects(listed.stdout)).toMatchObject([{ run, state: "failed", error: { code: "process-died" } }]);
    await resumeAndCompare("both", run);
  }, 120_000);

  it("is no orphan when its command line alone is killed: it writes a checkpoint and ends", async () => {
    const { command, pid, run } = await startAndWait("orphan");
    command.process.kill("SIGKILL");
    await command.done;
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    const manifest = await readManifest(run);
    expect(manifest).toMatchObject({ state: "stopped", pid: null });
    expect(manifest.checkpoint!.step).toBe(manifest.step);
    await resumeAndCompare("orphan", run);
  }, 120_000);

  it("without a checkpoint starts again at the first step", async () => {
    const text = slow.replace("every_epochs: 4", "every_epochs: 1000");
    const file = product.trainingFile("early.train.yaml", text);
    const command = product.start("train", file, "--json", "--runs", path.join(product.folder, "early"));
    await command.line((line) => line.startsWith('{"event":"scalars"') && (JSON.parse(line) as { step: number }).step > 300);
    const run = runIn("early");
    process.kill((await readManifest(run)).pid!, "SIGKILL");
    expect((await command.done).code).toBe(1);
    const resumed = await product.descent("train", file, "--json", "--resume", run);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect((objects(resumed.stdout).find(({ event }) => event === "scalars") as { step: number }).step).toBe(1);
    expect((await curves(run)).get("train/loss")).toEqual(unbroken.get("train/loss"));
  }, 120_000);
});

describe("Ctrl-C", () => {
  it("stops after the chunk, with a checkpoint, exit code 130; resuming goes on to the bit", async () => {
    const { command, run } = await startAndWait("interrupted");
    command.process.kill("SIGINT");
    const result = await command.done;
    expect(result.code).toBe(130);
    expect(objects(result.stdout).at(-1)).toMatchObject({ event: "end", status: "stopped" });
    const manifest = await readManifest(run);
    expect(manifest.checkpoint!.step).toBe(manifest.step);
    await resumeAndCompare("interrupted", run);
  }, 120_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
