/** Augmentation within training: mixtures as mixup's authors compute them, the training split alone, the same run through stop and resume. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import type { TrainingConfig, TrainingSection } from "../../../src/engine/training/config.js";
import { differentiateExamples } from "../../../src/engine/training/differentiateBatch.js";
import { describeProblem } from "../../../src/engine/training/problem.js";
import { decodeState, encodeState } from "../../../src/engine/training/stateFile.js";
import { buildTrainingForward } from "../../../src/engine/training/trainingForward.js";
import { backend, configOf, datasetOf, layersOf, lossesOf, noise, runToEnd, trainerFor } from "./testRun.js";

interface Mixture {
  readonly name: "classes" | "columns";
  readonly share: number;
  readonly partners: readonly number[];
  readonly loss: number;
  readonly gradient: readonly number[];
}

const { mixup } = JSON.parse(readFileSync(new URL("../../fixtures/augmentations/augmentations.json", import.meta.url), "utf8")) as { readonly mixup: readonly Mixture[] };

function withAugment(augment: readonly (readonly [string, Record<string, unknown>?])[], rest: Omit<Partial<TrainingConfig>, "training"> & { readonly training?: Partial<TrainingSection> } = {}): TrainingConfig {
  const config = configOf(rest);
  return { ...config, data: { ...config.data, augment: augment.map(([kind, args = {}]) => ({ kind, arguments: args })) } };
}

/** Images of two classes: a bright left or right half, as bytes, every fifth held out. */
function halves(count: number, channels = 1): Dataset {
  const size = channels * 36;
  const u = noise(77, count * size);
  const data = Uint8Array.from(u, (value, i) => 60 * value + ((i % 6 < 3) === (Math.floor(i / size) % 2 === 0) ? 150 : 0));
  const all = Array.from({ length: count }, (_, i) => i);
  return datasetOf({ type: "uint8", dims: [count, channels, 6, 6], data }, { type: "int64", dims: [count], data: BigInt64Array.from(all, (i) => BigInt(i % 2)) }, {
    task: "classification", classes: ["left", "right"], inputKind: "image", inputDivisor: 255,
    splits: { train: Int32Array.from(all.filter((i) => i % 5 < 4)), validation: Int32Array.from(all.filter((i) => i % 5 === 4)), test: new Int32Array(0) },
  });
}

describe("mixup", () => {
  it.each(mixup.map((m) => [m.name, m] as const))("of %s: loss and gradient as the authors' code has them", async (name, { share, partners, loss, gradient }) => {
    const n = 6;
    const inputs: ConstantTensor = { type: "float32", dims: [n, 4], data: Float32Array.from(noise(51, n * 4)) };
    const isClasses = name === "classes";
    const targets: ConstantTensor = isClasses ? { type: "int64", dims: [n], data: BigInt64Array.from([0n, 2n, 1n, 1n, 0n, 2n]) } : { type: "float32", dims: [n, 2], data: Float32Array.from(noise(52, 2 * n)) };
    const units = isClasses ? 3 : 2;
    const dataset = datasetOf(inputs, targets, isClasses ? { task: "classification", classes: ["a", "b", "c"] } : { task: "regression" });
    const problem = describeProblem(withAugment([["mixup"]], { model: layersOf(["dense", { units, bias: false }]) }), dataset);

    const graph = newGraph();
    const [weight] = problem.tensors;
    const parameters = new Map([[weight.fullName, graph.input(weight.fullName, "float32", weight.shape)]]);
    const source = { problem, lowering: { lowering: "plain" as const, blockSize: null }, inputs: graph.constant(inputs), targets: graph.constant(targets), tables: new Map(), parameters, lossScale: null };
    const vector = (values: readonly number[]) => graph.constant({ type: "int64", dims: [values.length], data: BigInt64Array.from(values, BigInt) });
    const examples = { indices: vector([0, 1, 2, 3, 4, 5]), slices: null, numbers: null, mixture: { share: graph.scalar(share), partners: vector(partners) } };
    const results = differentiateExamples(graph, source, buildTrainingForward(problem, n), examples);
    graph.output(results.loss, "loss_out");
    graph.output(results.gradients[0], "gradient_out");
    const session = await backend.createSession(encodeModel({ graph: graph.build("mixup"), opsets: new Map([["", graph.opset]]), irVersion: 9, metadata: new Map() }), { provider: "cpu", threads: 1 });
    const w = Float32Array.from(noise(53, units * 4), (u) => Math.fround(u) - 0.5);
    // the script's weight is [units, inputs]
    const own = weight.shape[0] === units ? w : Float32Array.from({ length: w.length }, (_, i) => w[(i % units) * 4 + Math.floor(i / units)]);
    const out = await session.run({ [weight.fullName]: { type: "float32", dims: weight.shape, data: own } });
    const theirs = weight.shape[0] === units ? gradient : gradient.map((_, i) => gradient[(i % units) * 4 + Math.floor(i / units)]);
    expect((out.loss_out.data as Float32Array)[0]).toBeCloseTo(loss, 5);
    (out.gradient_out.data as Float32Array).forEach((g, i) => expect(g).toBeCloseTo(theirs[i], 5));
    await session.release();
  });

  it("counts a mixture as right by the share of the example whose class is predicted", async () => {
    // a model that always says "left" is right for half of the shares, whatever is mixed
    const config = withAugment([["mixup", { alpha: 1 }]], { model: layersOf(["flatten"], ["dense", { units: 2, init: "zeros" }]), optimizer: { kind: "sgd", arguments: { lr: 0 } }, training: { epochs: 1, batchSize: 16 } });
    const trainer = await trainerFor(config, halves(100));
    const events = await runToEnd(trainer);
    const evaluation = events.find((event) => event.kind === "evaluation");
    expect(evaluation?.trainMetrics.accuracy).toBeCloseTo(0.5, 5);
    await trainer.dispose();
  });
});

const everything = [["flip_horizontal"], ["crop", { padding: 1 }], ["rotate", { degrees: 15 }], ["color_jitter", { brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.1 }], ["cutout", { size: 2 }], ["noise", { std: 0.05 }], ["mixup", { alpha: 0.4 }]] as const;
const network = layersOf(["conv2d", { filters: 4, kernel: 3, padding: "same", activation: "relu" }], ["flatten"], ["dropout", { rate: 0.2 }], ["dense", { units: 2 }]);

describe("a run with augmentation", () => {
  it("learns mirrored halves only where the mirror image keeps its class", async () => {
    const train = async (augment: Parameters<typeof withAugment>[0]): Promise<number> => {
      const trainer = await trainerFor(withAugment(augment, { model: network, training: { epochs: 6, batchSize: 8 } }), halves(100));
      const end = (await runToEnd(trainer)).at(-1)!;
      await trainer.dispose();
      return end.kind === "end" ? end.metrics["validation/accuracy"] : Number.NaN;
    };
    expect(await train([["shift", { pixels: 1 }], ["noise", { std: 0.05 }]])).toBeGreaterThan(0.9);
    // a mirrored left half is a right half: nothing can be learned from labels that flips make random
    expect(await train([["flip_horizontal"]])).toBeLessThan(0.75);
  });

  it.each([1, 3])("goes on to the bit after a stop within an epoch (accumulate: %i)", async (accumulate) => {
    const config = withAugment(everything, { model: network, training: { epochs: 4, batchSize: accumulate === 1 ? 12 : 5, accumulate } });
    const whole = await trainerFor(config, halves(60, 3));
    const expected = lossesOf(await runToEnd(whole));
    const first = await trainerFor(config, halves(60, 3));
    const begun = lossesOf(await runToEnd(first, 6));
    const resumed = await trainerFor(config, halves(60, 3), { resume: decodeState(encodeState(first.state())), tuning: { threads: 1, chunkSteps: 3, lowering: "plain" } });
    const rest = lossesOf(await runToEnd(resumed));
    expect([...begun, ...rest]).toEqual(expected);
    expect(resumed.state().tensors).toEqual(whole.state().tensors);
    for (const trainer of [whole, first, resumed]) await trainer.dispose();
  });

  it("is another one with another seed, and evaluates what it has not changed", async () => {
    const run = async (seed: number, augment: Parameters<typeof withAugment>[0]): Promise<{ losses: number[]; evaluation: number }> => {
      const trainer = await trainerFor(withAugment(augment, { seed, model: layersOf(["flatten"], ["dense", { units: 2 }]), optimizer: { kind: "sgd", arguments: { lr: 0 } }, training: { epochs: 1 } }), halves(60));
      const events = await runToEnd(trainer);
      const evaluation = await trainer.evaluate("train", "current");
      await trainer.dispose();
      return { losses: lossesOf(events), evaluation: evaluation.metrics.loss };
    };
    const [plain, first, second] = [await run(1, []), await run(1, [["noise", { std: 1 }]]), await run(2, [["noise", { std: 1 }]])];
    expect(first.losses).not.toEqual(plain.losses);
    expect(first.losses).not.toEqual(second.losses);
    expect(first.evaluation).toBe(plain.evaluation);
  });

  it("asks an autoencoder for the moved image, without noise and covers", async () => {
    const pixels = Float32Array.from(noise(5, 4 * 36));
    const images = (augment: Parameters<typeof withAugment>[0]) => {
      const inputs: ConstantTensor = { type: "float32", dims: [4, 1, 6, 6], data: pixels };
      const dataset = datasetOf(inputs, inputs, { task: "autoencoder", inputKind: "image" });
      return trainerFor(withAugment(augment, { model: layersOf(["flatten"], ["prelu", { init: 1 }]), loss: { kind: "mse", arguments: {} }, optimizer: { kind: "sgd", arguments: { lr: 0 } }, training: { epochs: 1, batchSize: 4 } }), dataset);
    };
    // the identity answers with its input: exactly the target unless the input was damaged
    for (const [augment, isExact] of [[[["shift", { pixels: 2 }], ["flip_vertical"]], true], [[["shift", { pixels: 2 }], ["noise", { std: 0.1 }]], false]] as const) {
      const trainer = await images(augment);
      const [loss] = lossesOf(await runToEnd(trainer));
      if (isExact) expect(loss).toBe(0);
      else expect(loss).toBeCloseTo(0.01, 2);
      await trainer.dispose();
    }
  });
});
