/** Averaged predictions against NumPy, their metrics against scikit-learn, the gain against SciPy (test/fixtures/ensemble). */
import { describe, expect, it } from "vitest";
import { combineOutputs, combineTensors } from "../../../src/engine/ensemble/combineOutputs.js";
import { evaluateEnsemble } from "../../../src/engine/ensemble/evaluateEnsemble.js";
import { encodeModel, irVersionOf } from "../../../src/engine/onnx/encode.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { Inference } from "../../../src/engine/training/inference.js";
import { describeProblem } from "../../../src/engine/training/problem.js";
import { runModel } from "../../helpers/backend.js";
import numpy from "../../fixtures/ensemble/ensemble.json";
import { backend, configOf, datasetOf, layersOf } from "../training/testRun.js";

const [members, classes, examples] = [3, 4, 24];
const logits = numpy.logits.map((values) => Float32Array.from(values));
const softmax = (z: ArrayLike<number>) => {
  const all = Array.from(z, Math.exp);
  return all.map((e, i) => e / all.slice(i - (i % classes), i - (i % classes) + classes).reduce((a, b) => a + b));
};
const near = (ours: ArrayLike<number>, theirs: readonly number[], tolerance = 1e-6) => {
  expect(ours.length).toBe(theirs.length);
  theirs.forEach((value, i) => expect(Math.abs(ours[i] - value), `value ${i}: ${ours[i]}, ${value}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value))));
};

describe("averaged predictions", () => {
  it("of logits are the mean of the probabilities", () => near(softmax(combineOutputs("softmax", logits, classes)), numpy.probabilities));

  it("of logits of yes or no too, without rounding at the ends", () => {
    const combined = combineOutputs("sigmoid", numpy.binary.map((z) => Float32Array.from(z)), 1);
    near(Array.from(combined, (z) => 1 / (1 + Math.exp(-z))), numpy.binaryProbabilities);
    expect(combineOutputs("sigmoid", [Float32Array.of(60), Float32Array.of(60)], 1)[0]).toBeCloseTo(60, 4);
  });

  it("of numbers are their mean", () => near(combineOutputs("number", numpy.numbers.map((y) => Float32Array.from(y)), 1), numpy.numbersMean));

  it.each(["softmax", "sigmoid", "log_probabilities", "probabilities"] as const)("are the same in a graph: %s", async (reading) => {
    const outputs = reading === "probabilities" ? logits.map((z) => Float32Array.from(softmax(z))) : logits;
    const graph = newGraph();
    graph.output(combineTensors(reading, outputs.map((_, i) => graph.input(`m${i}`, "float32", ["batch", classes]))), "output");
    const model = encodeModel({ graph: graph.build("average"), opsets: new Map([["", graph.opset]]), irVersion: irVersionOf(graph.opset), metadata: new Map() });
    const { output } = await runModel(model, Object.fromEntries(outputs.map((data, i) => [`m${i}`, { type: "float32" as const, dims: [examples, classes], data }])));
    near(output.data as Float32Array, Array.from(combineOutputs(reading, outputs, classes)), 2e-6);
  });
});

describe("an ensemble's evaluation", () => {
  const indices = Int32Array.from({ length: examples }, (_, i) => i);
  const inputs = { type: "float32" as const, dims: [examples, 2], data: new Float32Array(2 * examples) };

  it("has scikit-learn's loss and accuracy, SciPy's gain, and says where members disagree", async () => {
    const targets = { type: "int64" as const, dims: [examples], data: BigInt64Array.from(numpy.labels, BigInt) };
    const problem = describeProblem(configOf({ model: layersOf(["dense", { units: classes }]) }), datasetOf(inputs, targets, { task: "classification", classes: ["a", "b", "c", "d"] }));
    const inference = new Inference(problem, backend, { provider: "cpu", threads: 1 });
    const found = await evaluateEnsemble(logits.map((outputs) => ({ problem, pass: { outputs, tokens: null, counts: null, loss: 0 } })), indices, 1, inference);
    await inference.dispose();
    near([found.metrics.loss, found.metrics.accuracy, found.disagreement], [numpy.loss, numpy.accuracy, numpy.disagreement], 1e-5);
    near(found.members.flatMap(({ metrics }) => [metrics.loss, metrics.accuracy]), numpy.memberLosses.flatMap((loss, i) => [loss, numpy.memberAccuracies[i]]), 1e-5);
    for (const metric of ["loss", "accuracy"] as const) {
      for (const [ours, theirs] of [[found.gains[metric].overMean, numpy.gain[metric].mean], [found.gains[metric].overBest, numpy.gain[metric].best]] as const) {
        near([ours.difference, ...ours.interval!, ours.p], [theirs.difference, theirs.low, theirs.high, theirs.p], 2e-5);
      }
    }
    const name = (k: number) => "abcd"[k];
    for (const { index, actual, predicted, votes, disagreement } of found.disputed) {
      expect(votes).toEqual(numpy.votes[index].map(name));
      expect([actual, predicted]).toEqual([name(numpy.labels[index]), name(numpy.predicted[index])]);
      expect(disagreement).toBeCloseTo(votes.filter((vote) => vote !== predicted).length / members, 9);
    }
    expect(found.disputed.map(({ disagreement }) => disagreement)).toEqual(found.disputed.map(({ disagreement }) => disagreement).sort((a, b) => b - a));
    expect(found.disputed.length).toBe(numpy.votes.filter((votes, i) => votes.some((vote) => vote !== numpy.predicted[i])).length);
  });

  it("of numbers whose members scale their targets differently is in the targets' unit", async () => {
    const scalings = [{ offset: [10], divisor: [3] }, { offset: [9], divisor: [2] }, { offset: [0], divisor: [1] }].map(({ offset, divisor }) => ({ kind: "standardize" as const, offset, divisor }));
    const scaled = (values: readonly number[], { offset: [o], divisor: [d] }: (typeof scalings)[number]) => Float32Array.from(values, (y) => (y - o) / d);
    const passes = scalings.map((targetScaling, i) => {
      const targets = { type: "float32" as const, dims: [examples, 1], data: scaled(numpy.target, targetScaling) };
      const problem = describeProblem(configOf({ model: layersOf(["dense", { units: 1 }]) }), datasetOf(inputs, targets, { task: "regression", targetScaling }));
      return { problem, pass: { outputs: scaled(numpy.numbers[i], targetScaling), tokens: null, counts: null, loss: 0 } };
    });
    const inference = new Inference(passes[0].problem, backend, { provider: "cpu", threads: 1 });
    const found = await evaluateEnsemble(passes, indices, 0, inference);
    await inference.dispose();
    near([found.metrics.mae, found.disagreement], [numpy.mae, numpy.deviation], 1e-5);
    expect(found.gains.mae.overMean.difference).toBeGreaterThan(0);
  });
});
