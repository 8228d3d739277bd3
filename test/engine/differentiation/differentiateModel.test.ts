import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { differentiateModel } from "../../../src/engine/differentiation/differentiateModel.js";
import { numbersOf } from "../../../src/engine/graph/tensorData.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { runModel } from "../../helpers/backend.js";

const folder = path.join(import.meta.dirname, "../../fixtures/differentiation");

interface Encoded {
  readonly type: "float32" | "int64";
  readonly dims: readonly number[];
  readonly data: string;
}

interface Expected {
  readonly inputs: Readonly<Record<string, Encoded>>;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Encoded>>;
}

function decoded({ type, dims, data }: Encoded): ConstantTensor {
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  return { type, dims, data: type === "float32" ? new Float32Array(bytes.buffer) : new BigInt64Array(bytes.buffer) };
}

function fixture(name: string): { readonly bytes: Uint8Array; readonly expected: Expected } {
  return { bytes: fs.readFileSync(path.join(folder, `${name}.onnx`)), expected: JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), "utf8")) };
}

describe("differentiateModel on PyTorch's exports equals PyTorch's gradients", () => {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".onnx")).map((name) => name.slice(0, -5));
  for (const name of names) {
    it(name, async () => {
      const { bytes, expected } = fixture(name);
      const model = decodeModel(bytes);
      const parameters = Object.keys(expected.gradients).filter((key) => model.graph.initializers.has(key));
      const wrt = [...parameters, ...Object.keys(expected.gradients).filter((key) => key === "x")];
      // the newer exporter folds some parameters into constants of other names
      expect(parameters.length).toBeGreaterThanOrEqual(5);
      const feeds = Object.fromEntries(Object.entries(expected.inputs).map(([key, value]) => [key, decoded(value)]));
      const results = await runModel(differentiateModel(model, { wrt }), feeds);
      expect(Object.keys(results).sort()).toEqual([...model.graph.outputs.map((output) => output.name), ...wrt.map((key) => `${key}_grad`)].sort());
      expect(numbersOf(results.loss)[0]).toBeCloseTo(expected.loss, 5);
      for (const key of wrt) {
        const [found, right] = [results[`${key}_grad`], decoded(expected.gradients[key])];
        expect(found.dims).toEqual(right.dims);
        const [actual, wanted] = [numbersOf(found), numbersOf(right)];
        const largest = Math.max(...wanted.map(Math.abs));
        const worst = Math.max(...actual.map((value, i) => Math.abs(value - wanted[i])));
        expect(worst, `gradient by ${key}, largest entry ${largest}`).toBeLessThanOrEqual(1e-3 * largest + 1e-7);
      }
    });

    it(`${name}: by default every float initializer, inputs and outputs as they were`, async () => {
      const { bytes, expected } = fixture(name);
      const model = decodeModel(bytes);
      const differentiated = decodeModel(encodeModel(differentiateModel(model)));
      const floats = [...model.graph.initializers].filter(([, value]) => value.type === "float32").map(([key]) => `${key}_grad`);
      expect(differentiated.graph.outputs.map((output) => output.name)).toEqual([...model.graph.outputs.map((output) => output.name), ...floats]);
      // what the exporter guesses at wrongly is set right: how many dimensions come out of a loop
      const rank = (i: number): number | undefined => model.graph.outputs[i].shape?.length;
      for (const [i, output] of model.graph.outputs.entries()) {
        const written = differentiated.graph.outputs[i];
        expect(written.shape?.length === rank(i) ? written : { ...written, shape: output.shape }).toEqual(output);
      }
      expect(differentiated.graph.inputs).toEqual(model.graph.inputs);
      const results = await runModel(differentiated, Object.fromEntries(Object.entries(expected.inputs).map(([key, value]) => [key, decoded(value)])));
      for (const key of floats) expect(numbersOf(results[key]).every(Number.isFinite), key).toBe(true);
    });
  }
});

describe("differentiateModel", () => {
  const mlp = (): ReturnType<typeof decodeModel> => decodeModel(fixture("mlp-torchscript").bytes);

  it("says what is wrong with the loss or the values asked for", () => {
    const codeOf = (options: Parameters<typeof differentiateModel>[1]): unknown => {
      try {
        differentiateModel(mlp(), options);
        return null;
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    expect(codeOf({ loss: "missing" })).toBe("loss-not-found");
    expect(codeOf({ loss: "output" })).toBe("loss-not-scalar"); // whatever its symbolic batch turns out to be
    expect(codeOf({ wrt: ["missing"] })).toBe("unknown-value");
    expect(codeOf({ wrt: ["target"] })).toBe("not-differentiable");
  });

  it("gives zeros to an initializer on which the loss does not depend, and to one that only says how", async () => {
    const model = mlp();
    const ratio = "ratio";
    const nodes = model.graph.nodes.flatMap((node) =>
      node.op === "Relu" ? [{ ...node, name: "drop", op: "Dropout", inputs: [...node.inputs, ratio], outputs: ["dropped"], attributes: {} }, { ...node, inputs: ["dropped"] }] : [node],
    );
    const initializers = new Map(model.graph.initializers);
    for (const name of [ratio, "idle"]) initializers.set(name, { type: "float32", dims: [], data: Float32Array.of(0) });
    const changed = differentiateModel({ ...model, graph: { ...model.graph, nodes, initializers } }, { wrt: ["idle", ratio, "first.weight"] });
    const { expected } = fixture("mlp-torchscript");
    const found = await runModel(changed, Object.fromEntries(Object.entries(expected.inputs).map(([key, value]) => [key, decoded(value)])));
    expect([numbersOf(found.idle_grad), numbersOf(found.ratio_grad)]).toEqual([[0], [0]]);
    // Dropout is the identity outside training
    for (const [i, value] of numbersOf(found["first.weight_grad"]).entries()) expect(value).toBeCloseTo(numbersOf(decoded(expected.gradients["first.weight"]))[i], 5);
  });

  it("refuses a loss that one known dimension makes more than a number, whatever its symbols", () => {
    const model = mlp();
    const output = (shape: readonly (string | number)[]) => ({ ...model.graph.inputs.find(({ type }) => type === "float32")!, name: "wide", shape });
    const wide = { ...model, graph: { ...model.graph, inputs: [...model.graph.inputs, output(["n", 2])], outputs: [...model.graph.outputs, output(["n", 2])] } };
    expect(() => differentiateModel(wide, { loss: "wide", wrt: ["wide"] })).toThrow(/wide has the shape \[n, 2\]; a loss is a single number/);
  });

  it("passes over the scales of a Resize behind which nothing is asked for", async () => {
    const model = mlp();
    const first = model.graph.nodes[0];
    const resized = { ...first, op: "Resize", name: "resized", inputs: [first.inputs[0], "", "scales"], outputs: ["resized"], attributes: {} };
    const nodes = [resized, { ...first, inputs: ["resized", ...first.inputs.slice(1)] }, ...model.graph.nodes.slice(1)];
    const initializers = new Map(model.graph.initializers).set("scales", { type: "float32", dims: [2], data: Float32Array.of(1, 1) });
    const { expected } = fixture("mlp-torchscript");
    const found = await runModel(differentiateModel({ ...model, graph: { ...model.graph, nodes, initializers } }), Object.fromEntries(Object.entries(expected.inputs).map(([key, value]) => [key, decoded(value)])));
    expect(numbersOf(found.scales_grad)).toEqual([0, 0]);
    for (const [i, value] of numbersOf(found["first.weight_grad"]).entries()) expect(value).toBeCloseTo(numbersOf(decoded(expected.gradients["first.weight"]))[i], 5);
  });

  it("reads the oldest form of the format, where initializers are inputs too", async () => {
    const model = mlp();
    const listed = [...model.graph.initializers].map(([name, { type, dims }]) => ({ name, type, shape: dims }));
    const old = { ...model, irVersion: 3, graph: { ...model.graph, inputs: [...model.graph.inputs, ...listed] } };
    const { expected } = fixture("mlp-torchscript");
    const found = await runModel(differentiateModel(old, { wrt: ["third.bias"] }), Object.fromEntries(Object.entries(expected.inputs).map(([key, value]) => [key, decoded(value)])));
    for (const [i, value] of numbersOf(found["third.bias_grad"]).entries()) expect(value).toBeCloseTo(numbersOf(decoded(expected.gradients["third.bias"]))[i], 5);
  });

  it("chooses a free name where the model has a tensor called like a gradient", async () => {
    const { bytes, expected } = fixture("mlp-torchscript");
    const once = differentiateModel(decodeModel(bytes));
    const name = decodeModel(bytes).graph.initializers.keys().next().value!;
    const again = differentiateModel(decodeModel(encodeModel(once)), { loss: once.graph.outputs[0].name, wrt: [name] });
    expect(again.graph.outputs.at(-1)?.name).toBe(`${name}_grad_2`);
    const outputs = await runModel(encodeModel(again), Object.fromEntries(Object.entries(expected.inputs).map(([key, value]) => [key, decoded(value)])));
    expect(numbersOf(outputs[`${name}_grad_2`])).toEqual(numbersOf(outputs[`${name}_grad`]));
  });

  it("refuses a graph that reads what nothing makes, or names a value twice", () => {
    const model = mlp();
    const [first, ...rest] = model.graph.nodes;
    expect(() => differentiateModel({ ...model, graph: { ...model.graph, nodes: rest } })).toThrow(/no value named/);
    expect(() => differentiateModel({ ...model, graph: { ...model.graph, nodes: [first, first, ...rest] } })).toThrow(/already has a value named/);
  });
});
