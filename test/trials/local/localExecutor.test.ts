/** Trials as processes of this machine: their places, events and outcomes, and what is left of them when they are killed. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TrialEvent, TrialOutcome, TrialRequest } from "../../../src/trials/executor.js";
import { LocalExecutor } from "../../../src/trials/local/localExecutor.js";
import { buildProduct, type Product } from "../../helpers/product.js";

const text = `
data: { train: { generate: blobs, examples: 200 } }
model: [{ dense: 3 }]
training: { epochs: 3 }
threads: 1
`;

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
}, 60_000);
afterAll(() => product.dispose());

const executorOf = (slots: number) =>
  new LocalExecutor({ runtimePath: product.runtimePath, storage: path.join(product.folder, "storage"), slots, threads: 1, device: null, rules: {} });

function request(id: string, overrides: TrialRequest["source"]["overrides"] = {}, source = text): TrialRequest {
  const file = product.trainingFile("file.train.yaml", source);
  return { id, source: { file, text: source, overrides }, seed: null, runFolder: path.join(product.folder, "search", "trials", id), partOf: path.join(product.folder, "search") };
}

const stateOf = (outcome: TrialOutcome) => (outcome.kind === "ended" ? outcome.manifest.state : outcome.kind);

it("runs trials in their folders and tells every evaluation", async () => {
  const executor = executorOf(2);
  const events = new Map<string, TrialEvent[]>();
  const trials = ["0001", "0002", "0003"].map((id, index) => {
    const seen: TrialEvent[] = [];
    events.set(id, seen);
    return executor.start(request(id, { "optimizer.adam.lr": 10 ** -(index + 1) }), (event) => seen.push(event));
  });
  const outcomes = await Promise.all(trials.map(({ outcome }) => outcome));
  expect(outcomes.map(stateOf)).toEqual(["finished", "finished", "finished"]);
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.kind !== "ended") throw new Error(outcome.kind);
    expect(outcome.manifest.id).toBe(`000${index + 1}`);
    expect(outcome.manifest.partOf).toBe(path.join("..", ".."));
    const evaluated = events.get(outcome.manifest.id)!.filter((event) => event.kind === "evaluated");
    expect(evaluated.map(({ step }) => step)).toEqual([5, 10, 15]);
    for (const { epoch, step } of evaluated) expect(epoch).toBeCloseTo(step / 5, 6);
    expect(evaluated.at(-1)!.values["validation/loss"]).toBeCloseTo(outcome.manifest.metrics["validation/loss"] as number, 6);
    expect(evaluated.at(-1)!.values["train/loss"]).toBeTypeOf("number");
  }
  // what is done is not done again
  const again = await executor.start(request("0001"), () => {}).outcome;
  expect(again).toMatchObject({ kind: "ended", manifest: { created: (outcomes[0] as { manifest: { created: string } }).manifest.created } });
});

it("runs as many at a time as there are places; the next begins where one ends", async () => {
  const executor = executorOf(2);
  const endless = text.replace("epochs: 3", "epochs: 200000");
  const started = new Map<string, () => void>();
  const begun = (id: string) => new Promise<void>((resolve) => started.set(id, resolve));
  const [first, second] = [begun("first"), begun("second")];
  let thirdBegan = false;
  const third = begun("third").then(() => (thirdBegan = true));
  const trials = ["first", "second", "third"].map((id) => executor.start(request(id, {}, endless), (event) => event.kind === "started" && started.get(id)?.()));
  await Promise.all([first, second]);
  expect(thirdBegan).toBe(false);
  trials[0].stop();
  await third;
  for (const trial of trials) trial.stop();
  expect((await Promise.all(trials.map(({ outcome }) => outcome))).map(stateOf)).toEqual(["stopped", "stopped", "stopped"]);
  await executor.close();
});

it("stops what runs with a checkpoint, cancels what waits, and goes on from there when it is started again", async () => {
  const executor = executorOf(1);
  const endless = text.replace("epochs: 3", "epochs: 200000");
  let begun!: () => void;
  const evaluated = new Promise<void>((resolve) => (begun = resolve));
  const trials = [
    executor.start(request("stopped", {}, endless), (event) => event.kind === "evaluated" && begun()),
    executor.start(request("waits"), () => {}),
  ];
  await evaluated;
  for (const trial of trials.toReversed()) trial.stop();
  const outcomes = await Promise.all(trials.map(({ outcome }) => outcome));
  expect(outcomes.map(stateOf)).toEqual(["stopped", "cancelled"]);
  expect(fs.existsSync(path.join(product.folder, "search", "trials", "waits"))).toBe(false);

  const goesOn = new Promise<boolean>((resolve) => {
    const third = executor.start(request("stopped", {}, endless), (event) => {
      if (event.kind !== "started") return;
      resolve(event.goesOn);
      third.stop();
    });
  });
  expect(await goesOn).toBe(true);
  await executor.close();
});

it("refuses what cannot be begun and writes nothing; a killed process is lost, and goes on", async () => {
  const executor = executorOf(1);
  const wrong = await executor.start(request("wrong", { "model[0].dense.units": -1 }), () => {}).outcome;
  expect(wrong).toMatchObject({ kind: "refused", error: { code: "out-of-range", path: "model[0].dense.units" } });
  expect(fs.existsSync(path.join(product.folder, "search", "trials", "wrong"))).toBe(false);

  const endless = text.replace("epochs: 3", "epochs: 200000");
  const trial = executor.start(request("killed", {}, endless), (event) => {
    if (event.kind === "started") process.kill(event.manifest.pid as number, "SIGKILL");
  });
  expect(await trial.outcome).toMatchObject({ kind: "lost", retry: true, error: { code: "process-died" } });
  const second = executor.start(request("killed", { "training.epochs": 2 }, endless), () => {});
  expect(stateOf(await second.outcome)).toBe("finished");
});
