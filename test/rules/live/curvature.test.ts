import { describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import type { Curvature } from "../../../src/engine/training/curvature/measureCurvature.js";
import { loadDataset } from "../../../src/files/loadDataset.js";
import { curvatureSentences, landscapeOf, ratioOf } from "../../../src/protocol/curvature.js";
import { LiveRules } from "../../../src/rules/liveRules.js";
import { normals } from "./streams.js";

const measured: Curvature = { step: 400, rate: 0.5, largest: 8, smallest: -0.4, largestError: 0, smallestError: 0, converged: true, stableRate: 0.25, examples: 100, products: 20 };

/** The live rules over a run of two moons by descent whose loss has come so far. */
async function rulesAfter(loss: (step: number) => number, more = ""): Promise<LiveRules> {
  const parsed = parseTrainingFile(`data: { train: { generate: two_moons } }\nmodel: [{ dense: { units: 16, activation: relu } }, { dense: 2 }]\noptimizer: { sgd: { lr: 0.5 } }\n${more}`, { file: "moons.train.yaml" });
  const dataset = await loadDataset(parsed.config!, { folder: import.meta.dirname, log: () => undefined });
  const rules = new LiveRules(parsed, dataset, { stepsPerEpoch: 100, totalSteps: 1000, layers: [] }, {}, []);
  for (let first = 1; first <= 400; first += 20) {
    rules.pushChunk({ kind: "steps", firstStep: first, losses: Float32Array.from({ length: 20 }, (_, i) => loss(first + i)), learningRates: new Float64Array(20).fill(0.5), lossesWithPenalty: null, statistics: [], epoch: 0, waited: 0, seconds: 0 });
  }
  return rules;
}

const noise = normals(3);
const flat = () => 0.4 + 0.01 * noise();

describe("unstable-curvature", () => {
  it("warns where the rate is well above what is stable, with half of that as the fix, and closes when it is not", async () => {
    const rules = await rulesAfter(flat);
    expect(rules.pushCurvature(measured)).toMatchObject([{
      rule: "unstable-curvature", severity: "warning", state: "open", path: "optimizer.sgd.lr", range: { start: { line: 3 } }, evidence: { stable_rate: 0.25, learning_rate: 0.5 },
      message: "At step 400 the largest curvature of the loss is 8: sgd is stable up to a rate of 0.25, and the rate is 0.5.", fixes: [{ edits: [{ path: "optimizer.sgd.lr", value: 0.13 }] }],
    }]);
    expect(rules.pushCurvature({ ...measured, step: 420 })).toEqual([]);
    expect(rules.pushCurvature({ ...measured, step: 440, stableRate: 2 })).toMatchObject([{ state: "closed" }]);
  });

  it("is silent at the edge of stability, where good runs hover, and where no bound is known", async () => {
    const rules = await rulesAfter(flat);
    expect(rules.pushCurvature({ ...measured, stableRate: 0.4 })).toEqual([]);
    expect(rules.pushCurvature({ ...measured, stableRate: null })).toEqual([]);
  });

  it("is a hint while the loss falls all the same", async () => {
    expect((await rulesAfter((t) => Math.exp(-t / 200))).pushCurvature(measured)).toMatchObject([{ severity: "info" }]);
  });

  it("has its bound as an option, and can be silenced", async () => {
    expect((await rulesAfter(flat, "diagnostics: { rules: { unstable-curvature: { times: 3 } } }")).pushCurvature(measured)).toEqual([]);
    expect((await rulesAfter(flat, "diagnostics: { rules: { unstable-curvature: off } }")).pushCurvature(measured)).toEqual([]);
  });
});

describe("the words for a curvature", () => {
  it("tell minimum, saddle, valley, maximum and level", () => {
    const of = (largest: number, smallest: number) => landscapeOf({ largest, smallest });
    expect([of(4, 1), of(4, -1), of(4, 0.001), of(0.001, -4), of(0, 0)]).toEqual(["minimum", "saddle", "valley", "maximum", "level"]);
    expect(ratioOf({ largest: 4, smallest: -1 })).toBe(4);
    expect(ratioOf({ largest: 4, smallest: 0.001 })).toBeNull();
  });

  it("explain zig-zags, plateaus and steps that overshoot", () => {
    const text = (figures: Partial<Curvature>) => curvatureSentences({ ...measured, ...figures }).join(" ");
    expect(text({ largest: 8, smallest: 0.04, rate: 0.1 })).toContain("Across it is 200 times as steep as along it: plain descent zig-zags");
    expect(text({ largest: 8, smallest: 0 })).toContain("more than 500 times");
    expect(text({ smallest: -0.1 })).toContain("a plateau here is left slowly");
    expect(text({})).toContain("The learning rate, 0.500, is above 0.250");
    expect(text({ rate: 0.025 })).toContain("is 0.100 of the largest that is stable here");
    expect(text({ largest: 8, smallest: 4, stableRate: null })).toBe("The weights stand on a minimum: the loss rises in every direction.");
  });
});

describe("data-waiting", () => {
  const chunkOf = (rules: LiveRules, at: number, seconds: number, waited: number) =>
    rules.pushChunk({ kind: "steps", firstStep: at, losses: new Float32Array(20).fill(0.4), learningRates: new Float64Array(20).fill(0.5), lossesWithPenalty: null, statistics: [], epoch: 0, waited, seconds });
  const told = (findings: ReturnType<LiveRules["pushChunk"]>) => findings.filter(({ rule }) => rule === "data-waiting");

  it("is told after the first ten seconds, on the line of the data, and closes when reading keeps up", async () => {
    const rules = await rulesAfter(flat);
    expect(told(chunkOf(rules, 401, 10, 9))).toEqual([]);
    expect(told(chunkOf(rules, 421, 6, 4))).toEqual([]);
    expect(told(chunkOf(rules, 441, 6, 4))).toMatchObject([{ severity: "warning", category: "system", path: "data.train", evidence: { waiting: expect.closeTo(8 / 12, 5) as number, seconds: 12 }, message: "Of the last 12 seconds of training, 8 were spent waiting for examples to be read (67 %)." }]);
    expect(told(chunkOf(rules, 461, 12, 4))).toEqual([]);
    expect(told(chunkOf(rules, 481, 12, 1))).toMatchObject([{ state: "closed" }]);
  });

  it("offers to hold the data in memory where the file says that they are streamed", async () => {
    const rules = await rulesAfter(flat);
    chunkOf(rules, 401, 10, 9);
    expect(told(chunkOf(rules, 421, 12, 3))).toEqual([]);
    const streamed = parseTrainingFile("data: { train: x.csv, stream: true }\nmodel: [{ dense: 2 }]\n", { file: "x.train.yaml" });
    const dataset = await loadDataset(parseTrainingFile("data: { train: { generate: two_moons } }\nmodel: [{ dense: 2 }]\n", { file: "x.train.yaml" }).config!, { folder: import.meta.dirname, log: () => undefined });
    const other = new LiveRules(streamed, dataset, { stepsPerEpoch: 100, totalSteps: 1000, layers: [] }, {}, []);
    chunkOf(other, 1, 11, 10);
    expect(told(chunkOf(other, 21, 11, 10))).toMatchObject([{ path: "data.stream", fixes: [{ edits: [{ path: "data.stream", value: "auto" }] }] }]);
  });
});
