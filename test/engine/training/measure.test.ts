/** Metrics by their names in the file against scikit-learn's figures of the same outputs. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { LossConfig } from "../../../src/engine/training/config.js";
import { measure } from "../../../src/engine/training/measure.js";
import { describeProblem } from "../../../src/engine/training/problem.js";
import { configOf, datasetOf, layersOf } from "./testRun.js";

interface Reference {
  readonly name: string;
  readonly task: Dataset["task"];
  readonly loss: LossConfig["kind"];
  readonly decision: { readonly threshold?: number; readonly positive?: string };
  readonly targets: readonly number[];
  readonly outputs: readonly number[];
  readonly figures: Readonly<Record<string, number>>;
}

const references = JSON.parse(readFileSync(new URL("../../fixtures/metrics/decisions.json", import.meta.url), "utf8")) as Reference[];

function problemOf({ task, loss, decision, targets, outputs, figures }: Reference) {
  const classes = task === "multi_label" ? 3 : Math.max(...targets) + 1;
  const rows = task === "classification" ? targets.length : targets.length / 3;
  const width = outputs.length / rows;
  const isClass = task === "classification";
  const dataset = datasetOf(
    { type: "float32", dims: [rows, 2], data: new Float32Array(2 * rows) },
    isClass ? { type: "int64", dims: [rows], data: BigInt64Array.from(targets, BigInt) } : { type: "float32", dims: [rows, width], data: Float32Array.from(targets) },
    { task, classes: task !== "regression" ? Array.from({ length: classes }, (_, k) => `c${k}`) : null },
  );
  const config = configOf({
    model: layersOf(["dense", { units: width }]), loss: { kind: loss, arguments: {} }, metrics: Object.keys(figures),
    decision: { threshold: 0.5, positive: null, topK: 2, ...decision },
  });
  return { problem: describeProblem(config, dataset), rows };
}

describe("metrics", () => {
  it.each(references.map((r) => [r.name, r] as const))("%s", (_, reference) => {
    const { problem, rows } = problemOf(reference);
    const { metrics } = measure(problem, Int32Array.from({ length: rows }, (__, i) => i), { outputs: Float32Array.from(reference.outputs), tokens: null, counts: null, loss: 0 });
    expect(Object.keys(metrics).sort()).toEqual(["loss", ...Object.keys(reference.figures)].sort());
    for (const [name, figure] of Object.entries(reference.figures)) expect(metrics[name], name).toBeCloseTo(figure, 7);
  });

  it("what early stopping and the choice of the best weights watch is measured too", () => {
    const { problem, rows } = problemOf(references[0]);
    const { training } = problem.config;
    const config = { ...problem.config, metrics: ["accuracy"], training: { ...training, checkpoint: { ...training.checkpoint, best: "validation/f1" } } };
    const { metrics } = measure({ ...problem, config }, Int32Array.from({ length: rows }, (__, i) => i), { outputs: Float32Array.from(references[0].outputs), tokens: null, counts: null, loss: 0 });
    expect(metrics.f1).toBeCloseTo(references[0].figures.f1, 7);
    expect(Object.keys(metrics).sort()).toEqual(["accuracy", "f1", "loss"]);
  });

  it("a positive class that the data lack is told", () => {
    expect(() => problemOf({ ...references[0], decision: { positive: "cat" } })).toThrow(/cat as the positive class; the data has c0, c1, c2/);
  });
});
