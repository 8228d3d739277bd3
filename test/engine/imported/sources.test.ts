import { afterEach, describe, expect, it } from "vitest";
import { prepareImported } from "../../../src/engine/imported/importedModel.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import type { ImportedConfig } from "../../../src/engine/training/config.js";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import type { Trainer } from "../../../src/engine/training/types.js";
import { backend, layersOf, plain } from "../training/testRun.js";
import { farthest, figuresOf, importedConfig, importedData, modelOf, plainImport } from "./importedRun.js";

let trainer: Trainer | null = null;
afterEach(async () => {
  await trainer?.dispose();
  trainer = null;
});

const names = (file: string, shape: readonly number[], config: Partial<ImportedConfig> = {}) => prepareImported(modelOf(file), { ...plainImport, ...config }, shape).outline.flatMap((layer) => layer.tensors.map((tensor) => `${layer.name}.${tensor.name}`));

describe("models of scikit-learn's converter", () => {
  const cases = [
    { name: "sklearn-mlp", task: "classification", loss: { kind: "cross_entropy", arguments: { from: "probabilities" } } },
    { name: "sklearn-logistic", task: "classification", loss: { kind: "cross_entropy", arguments: { from: "probabilities" } } },
    { name: "sklearn-binary", task: "classification", loss: { kind: "cross_entropy", arguments: { from: "probabilities" } } },
    { name: "sklearn-mlp-binary", task: "classification", loss: { kind: "cross_entropy", arguments: { from: "probabilities" } } },
    { name: "sklearn-linear", task: "regression", loss: { kind: "mse", arguments: {} } },
    { name: "sklearn-mlp-regressor", task: "regression", loss: { kind: "mse", arguments: {} } },
  ] as const;
  for (const { name, task, loss } of cases) {
    it(`${name} predicts as scikit-learn does, and trains on`, async () => {
      const figures = figuresOf(name);
      const config = importedConfig(modelOf(name), { loss, optimizer: { kind: "sgd", arguments: { lr: 1e-3 } }, training: { steps: 40 } });
      const dataset = importedData(figures, task);
      trainer = await createTrainer({ config, dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
      const { outputs } = await trainer.predict(dataset.splits.train, "current");
      expect(farthest(outputs, figures.outputs)).toBeLessThan(task === "regression" ? 1e-4 : 1e-5);
      const losses: number[] = [];
      for (let event = await trainer.next(); event.kind !== "end"; event = await trainer.next()) if (event.kind === "steps") losses.push(...event.losses);
      // a linear regression is at its minimum already
      if (name === "sklearn-linear") expect(losses.at(-1)!).toBeCloseTo(losses[0], 6);
      else expect(losses.at(-1)!).toBeLessThan(losses[0]);
      expect(trainer.plan.parameters).toBeGreaterThan(3);
    });
  }

  it("trees are refused by name", () => {
    expect(() => prepareImported(modelOf("sklearn-forest"), plainImport, [4])).toThrow(expect.objectContaining({ code: "operator-unknown", message: expect.stringMatching(/ai\.onnx\.ml\.TreeEnsembleClassifier.*not trained by gradients/) }));
  });

  it("scaling of the inputs is no weight", () => {
    expect(names("sklearn-logistic", [4])).toEqual([expect.stringMatching(/\.weight$/), expect.stringMatching(/\.bias$/)]);
  });
});

describe("models of Keras by tf2onnx", () => {
  it("reads pictures with channels last, predicts as Keras does, and trains on", async () => {
    const figures = figuresOf("keras");
    const dataset = importedData(figures, "classification", [1, 6, 6]);
    const loss = { kind: "cross_entropy", arguments: { from: "probabilities" } } as const;
    trainer = await createTrainer({ config: importedConfig(modelOf("keras"), { loss }), dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
    expect(farthest((await trainer.predict(dataset.splits.train, "current")).outputs, figures.outputs)).toBeLessThan(1e-5);
    // normalisation lies in the file as one product and one sum a channel: both are learned
    expect(trainer.plan.parameters).toBe(figures.parameters);
    expect(trainer.plan.layers.map(({ name, kind }) => [name, kind])).toEqual([
      ["sequential_1.conv2d_1", "conv2d"], ["sequential_1.batch_normalization_1.batchnorm", "Mul"], ["sequential_1.hidden_1", "dense"], ["sequential_1.probabilities_1", "dense"],
    ]);
    const losses: number[] = [];
    for (let event = await trainer.next(); event.kind !== "end"; event = await trainer.next()) if (event.kind === "steps") losses.push(...event.losses);
    expect(losses[0]).toBeCloseTo(figures.losses[0], 5);
    expect(losses.at(-1)!).toBeLessThan(losses[0]);
  });
});

describe("models of PyTorch's exporters", () => {
  it("one exported for single examples with its normalisation folded takes any batch", async () => {
    const figures = figuresOf("cnn-training");
    for (const file of ["cnn-folded", "cnn-folded-dynamo"]) {
      const dataset = importedData(figures);
      const one = await createTrainer({ config: importedConfig(modelOf(file)), dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
      expect(farthest((await one.predict(dataset.splits.train, "current")).outputs, figures.outputs)).toBeLessThan(1e-5);
      await one.dispose();
    }
  });

  it("both exporters' tensors have the names that the code gives them", () => {
    const { names: parameters } = figuresOf("cnn-training");
    expect(names("cnn-training", [1, 6, 6])).toEqual(expect.arrayContaining([...parameters]));
    for (const file of ["sequence-torchscript", "sequence-dynamo"]) {
      expect(names(file, [5, 2])).toEqual(expect.arrayContaining(["emb.weight", "emb.bias", "enc.layers.0.self_attn.out_proj.weight", "enc.layers.0.linear1.weight", "enc.layers.0.norm1.weight", "head.weight"]));
    }
  });

  it("all of the weights, and nothing else, is learned", async () => {
    for (const [file, name] of [["cnn-training", "cnn-training"], ["sequence-torchscript", "sequence"], ["sequence-dynamo", "sequence"], ["mlp-external", "mlp"]] as const) {
      const figures = figuresOf(name);
      trainer = await createTrainer({ config: importedConfig(modelOf(file)), dataset: importedData(figures), backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
      // ONNX's LSTM has one vector of biases for PyTorch's two, side by side
      expect(trainer.plan.parameters, file).toBe(figures.parameters);
      await trainer.dispose();
    }
    trainer = null;
  });
});

describe("parts of a model", () => {
  it("replace_after takes a layer, a node or a tensor, and the head stands behind it", async () => {
    const figures = figuresOf("cnn-training");
    for (const replaceAfter of ["block.0", "/block/block.2/Relu", "/block/block.2/Relu_output_0"]) {
      const config = importedConfig(modelOf("cnn-training"), { imported: { replaceAfter, freeze: "all" }, model: layersOf(["global_avg_pool"], ["dense", { units: 3 }]), training: { steps: 3 } });
      trainer = await createTrainer({ config, dataset: importedData(figures), backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
      expect(trainer.plan.layers.slice(-2).map(({ kind, outputShape }) => [kind, outputShape])).toEqual([["global_avg_pool", [4]], ["dense", [3]]]);
      const before = trainer.state().tensors;
      for (let event = await trainer.next(); event.kind !== "end"; event = await trainer.next());
      const after = trainer.state().tensors;
      expect(after["conv1.weight"].data).toEqual(before["conv1.weight"].data);
      expect(after["dense_1.weight"].data).not.toEqual(before["dense_1.weight"].data);
      await trainer.dispose();
    }
    trainer = null;
  });

  const wrong: readonly (readonly [what: string, file: string, shape: readonly number[], config: Partial<ImportedConfig>, error: { readonly code: string; readonly path?: string; readonly message?: RegExp }])[] = [
    ["an unknown place", "cnn-training", [1, 6, 6], { replaceAfter: "blok.0" }, { code: "unknown-tensor", path: "model.replace_after", message: /Did you mean block\.0\?/ }],
    ["an unknown input", "cnn-training", [1, 6, 6], { input: "inpt" }, { code: "unknown-input", path: "model.input", message: /Did you mean input\?/ }],
    ["an unknown output", "cnn-training", [1, 6, 6], { output: "outpt" }, { code: "unknown-output", path: "model.output", message: /Did you mean output\?/ }],
    ["data of another shape, both named", "cnn-training", [3, 32, 32], {}, { code: "shape-mismatch", path: "model.onnx", message: /\[batch, 1, 6, 6\].*\[batch, 3, 32, 32\]/ }],
  ];
  for (const [what, file, shape, config, { code, path, message }] of wrong) {
    it(`refuses ${what}`, () => {
      expect(() => prepareImported(modelOf(file), { ...plainImport, ...config }, shape)).toThrow(expect.objectContaining({ code, ...(message && { message: expect.stringMatching(message) }), location: expect.objectContaining({ path }) }));
    });
  }

  it("an operator that is not known is named, with its node and what would help; before it the model can be cut", async () => {
    const graph = newGraph();
    const x = graph.input("x", "float32", ["n", 4]);
    const weight = graph.initializer("fc.weight", { type: "float32", dims: [4, 4], data: Float32Array.from({ length: 16 }, (_, i) => Math.cos(i)) });
    const hidden = graph.op("MatMul", [x, weight], {}, { name: "/fc/MatMul" });
    const [y] = graph.ops("NonMaxSuppressionOfNoOne", [hidden], {}, { name: "odd" });
    graph.output(y);
    const odd = { graph: graph.build("odd"), opsets: new Map([["", 20]]), irVersion: 9, metadata: new Map() };
    expect(() => prepareImported(odd, plainImport, [4])).toThrow(expect.objectContaining({ code: "operator-unknown", message: expect.stringMatching(/NonMaxSuppressionOfNoOne \(node odd.*replace_after/) }));
    expect(prepareImported(odd, { ...plainImport, replaceAfter: "fc" }, [4]).outline.map(({ name, outputShape }) => [name, outputShape])).toEqual([["fc", [4]]]);
  });

  it("refuses a pattern that matches nothing, with the nearest name, and a model of which nothing is left to train", async () => {
    const dataset = importedData(figuresOf("cnn-training"));
    const create = (imported: Partial<ImportedConfig>) => createTrainer({ config: importedConfig(modelOf("cnn-training"), { imported }), dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
    await expect(create({ freeze: ["conv1.*", "blok.0.*"] })).rejects.toMatchObject({ code: "unmatched-freeze", location: { path: "model.freeze[1]" }, message: expect.stringContaining("block.0") });
    await expect(create({ freeze: "all" })).rejects.toMatchObject({ code: "nothing-to-train", location: { path: "model.freeze" } });
  });
});
