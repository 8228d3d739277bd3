import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../src/config/edit/textEdits.js";
import { loadDataset } from "../../../src/files/loadDataset.js";
import type { ExperimentEvent, Outcome } from "../../../src/protocol/experiment.js";
import type { Edit } from "../../../src/protocol/finding.js";
import { judge } from "../../../src/rules/experiments/judge.js";
import { trainSideBySide, type Side } from "../../../src/rules/experiments/sideBySide.js";
import { backend } from "../../helpers/backend.js";
import { soundFile } from "../datasets.js";

const moons = `data: { train: { generate: two_moons, examples: 400, noise: 0.1 }, split: { validation: 0.2, test: 0 } }
model:
  - dense: { units: 16, activation: relu }
  - dense: 2
loss: cross_entropy
optimizer: { adam: { lr: 1e-2 } }
training: { epochs: 20, batch_size: 32 }
seed: 0
`;

async function sideOf(name: string, text: string): Promise<Side> {
  const config = soundFile(text).config!;
  return { name, config, dataset: await loadDataset(config, { folder: ".", log: () => undefined }) };
}

async function tryOn(text: string, edits: readonly Edit[], milliseconds = 60_000): Promise<{ readonly outcome: Outcome; readonly events: readonly ExperimentEvent[] }> {
  const events: ExperimentEvent[] = [];
  const fractions: number[] = [];
  const sides = [await sideOf("as it is", text), await sideOf("the change", applyEdits(text, edits))];
  const trials = await trainSideBySide({ sides, seeds: 5, milliseconds, share: 1, backend, provider: "cpu", threads: 1, onEvent: (event) => events.push(event), onProgress: (fraction) => fractions.push(fraction), log: () => undefined });
  expect(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0) - 1e-9 && fraction <= 1)).toBe(true);
  return { outcome: judge(trials), events };
}

const answerOf = ({ comparisons: [{ answer }] }: Outcome) => answer;

describe("a change that helps", () => {
  it("is told from chance, both curves grow step by step, and every seed is measured", { timeout: 60_000 }, async () => {
    const { outcome, events } = await tryOn(moons.replace("1e-2", "1e-6"), [{ path: "optimizer.adam.lr", value: 0.01 }]);
    expect(outcome).toMatchObject({ measure: { tag: "validation/loss", higherIsBetter: false }, steps: [200, 200], whole: true });
    expect(outcome.comparisons[0]).toMatchObject({ answer: "better", test: "welch" });
    expect(outcome.comparisons[0].p).toBeLessThan(0.05);
    expect(events[0]).toMatchObject({ event: "begun", sides: [{ totalSteps: 200 }, { totalSteps: 200 }], seeds: 5 });
    for (const side of [0, 1]) {
      const steps = events.flatMap((event) => (event.event === "points" && event.side === side && event.tag === "train/loss" ? event.steps : []));
      expect(steps).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
      expect(events.filter((event) => event.event === "measured" && event.side === side)).toHaveLength(5);
      expect(events.filter((event) => event.event === "points" && event.side === side && event.tag === "validation/loss").length).toBeGreaterThan(0);
    }
    const turns = events.flatMap((event) => (event.event === "points" && event.tag === "train/loss" ? [event.side] : []));
    expect(turns.slice(0, 4)).toEqual([0, 1, 0, 1]);
  });

  it("wins where the file as it is breaks in every run", { timeout: 60_000 }, async () => {
    const { outcome } = await tryOn(moons.replace("adam: { lr: 1e-2 }", "sgd: { lr: 1e20 }"), [{ path: "optimizer.sgd.lr", value: 0.1 }]);
    expect(outcome.values[0]).toEqual(["NaN", "NaN", "NaN", "NaN", "NaN"]);
    expect(outcome.comparisons[0]).toMatchObject({ answer: "better", test: "ranks" });
    expect(outcome.comparisons[0].message).toContain("not finite in any run");
  });

  it("is measured by accuracy where the loss changes with it", { timeout: 60_000 }, async () => {
    const { outcome } = await tryOn(moons.replace("loss: cross_entropy", "loss: mse").replace("1e-2", "1e-7"), [{ path: "loss", value: "cross_entropy" }, { path: "optimizer.adam.lr", value: 0.01 }]);
    expect(outcome.measure).toEqual({ tag: "validation/accuracy", higherIsBetter: true });
    expect(answerOf(outcome)).toBe("better");
  });
});

describe("a change that does not help", () => {
  it("is worse where it breaks the run", { timeout: 60_000 }, async () => {
    const { outcome } = await tryOn(moons, [{ path: "optimizer.adam.lr", value: 1e-7 }]);
    expect(answerOf(outcome)).toBe("worse");
  });

  it("is alike where nothing changes in what is learnt", { timeout: 60_000 }, async () => {
    const { outcome } = await tryOn(moons, [{ path: "metrics", value: ["f1"] }]);
    expect(outcome.comparisons[0]).toMatchObject({ answer: "alike", p: 1 });
  });

  it("is undecided where the difference is chance's: another seed of the split's own order", { timeout: 60_000 }, async () => {
    const { outcome } = await tryOn(moons, [{ path: "seed", value: 100 }, { path: "data.split.seed", value: 0 }]);
    expect(["undecided", "alike"]).toContain(answerOf(outcome));
  });

  it("of more epochs it is said that their end was not reached", { timeout: 60_000 }, async () => {
    const { outcome } = await tryOn(moons.replace("epochs: 20", "epochs: 20000"), [{ path: "training.epochs", value: 30000 }], 50);
    expect(outcome.whole).toBe(false);
    expect(outcome.comparisons[0].message).toContain("comes later in the run");
  });
});

it("batches of another size are compared after equally many epochs", { timeout: 60_000 }, async () => {
  const { outcome } = await tryOn(moons, [{ path: "training.batch_size", value: 160 }]);
  expect(outcome.steps).toEqual([200, 40]);
});

it("does not compare what is measured on other examples", { timeout: 60_000 }, async () => {
  const { outcome } = await tryOn(moons, [{ path: "data.split.validation", value: 0.5 }]);
  expect(answerOf(outcome)).toBe("incomparable");
});
