import { describe, expect, it } from "vitest";
import { differentiateModel } from "../../../src/engine/differentiation/differentiateModel.js";
import { numbersOf, tensorOf } from "../../../src/engine/graph/tensorData.js";
import type { Attribute, Model, Node } from "../../../src/engine/graph/types.js";
import { upgradedOpset } from "../../../src/engine/graph/upgradeOpset.js";
import { runModel } from "../../helpers/backend.js";

function node(op: string, inputs: readonly string[], outputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): Node {
  return { name: `${op}-${outputs[0]}`, op, domain: "", inputs, outputs, attributes };
}

const ints = (...value: number[]): Attribute => ({ kind: "ints", value });
const int = (value: number): Attribute => ({ kind: "int", value });
const float = (value: number): Attribute => ({ kind: "float", value });

/** x [2, 3, 4] through these nodes to y, and to the scalar "loss". */
function modelOf(version: number, nodes: readonly Node[]): Model {
  const sum = node("ReduceSum", ["y"], ["loss"], { keepdims: int(0) });
  const square = node("Mul", ["y", "y"], ["square"]);
  return {
    graph: {
      name: "g",
      inputs: [{ name: "x", type: "float32", shape: ["n", 3, 4] }],
      outputs: [{ name: "loss", type: "float32", shape: [] }],
      initializers: new Map(),
      nodes: [...nodes, square, { ...sum, inputs: ["square"] }],
      values: new Map(),
    },
    opsets: new Map([["", version]]),
    irVersion: 3,
    metadata: new Map(),
  };
}

const rows: readonly (readonly [string, number, readonly Node[]])[] = [
  ["Squeeze and Unsqueeze", 9, [node("Unsqueeze", ["x"], ["u"], { axes: ints(0) }), node("Squeeze", ["u"], ["y"], { axes: ints(0) })]],
  ["ReduceMean and ReduceMax", 13, [node("ReduceMean", ["x"], ["m"], { axes: ints(1) }), node("ReduceMax", ["m"], ["y"], { axes: ints(2), keepdims: int(0) })]],
  ["ReduceSum", 11, [node("ReduceSum", ["x"], ["y"], { axes: ints(-1) })]],
  ["Split into equal parts", 13, [node("Split", ["x"], ["a", "b"], { axis: int(2) }), node("Sub", ["a", "b"], ["y"])]],
  ["Split into given parts", 11, [node("Split", ["x"], ["a", "b"], { axis: int(2), split: ints(1, 3) }), node("Mul", ["a", "b"], ["y"])]],
  ["Slice", 9, [node("Slice", ["x"], ["y"], { axes: ints(1, 2), starts: ints(0, 1), ends: ints(2, 2147483647) })]],
  ["Clip", 9, [node("Clip", ["x"], ["y"], { min: float(-0.5), max: float(0.5) })]],
  ["Clip from below", 9, [node("Clip", ["x"], ["y"], { min: float(-0.5) })]],
  ["Pad", 9, [node("Pad", ["x"], ["y"], { pads: ints(0, 1, 0, 0, 0, 2), value: float(3) })]],
  ["Softmax over several axes", 9, [node("Softmax", ["x"], ["y"], { axis: int(1) })]],
  ["LogSoftmax, default axis", 11, [node("LogSoftmax", ["x"], ["y"])]],
  ["TopK", 9, [node("TopK", ["x"], ["y", "places"], { k: int(2), axis: int(1) })]],
  ["Upsample", 7, [node("Upsample", ["x"], ["y"], { scales: { kind: "floats", value: [1, 2, 1.5] } })]],
  ["Resize", 10, [node("Constant", [], ["scales"], { value: { kind: "tensor", value: tensorOf("float32", [3], [1, 1, 0.5]) } }), node("Resize", ["x", "scales"], ["y"])]],
  ["Dropout", 9, [node("Dropout", ["x"], ["y"], { ratio: float(0.4) })]],
];

describe("models of older operator sets", () => {
  const x = tensorOf("float32", [2, 3, 4], Array.from({ length: 24 }, (_, i) => Math.sin(i * 1.3)));
  for (const [name, version, nodes] of rows) {
    it(`${name} of set ${version}: same result, and the gradient's differences`, async () => {
      const model = modelOf(version, nodes);
      const upgraded = differentiateModel(model, { wrt: ["x"] });
      expect(upgraded.opsets.get("")).toBe(18);
      const before = await runModel(model, { x });
      const after = await runModel(upgraded, { x });
      expect(numbersOf(after.loss)[0]).toBeCloseTo(numbersOf(before.loss)[0], 5);
      const gradient = numbersOf(after.x_grad);
      const data = numbersOf(x);
      for (const place of [0, 5, 10, 23]) {
        const lossAt = async (shift: number): Promise<number> => numbersOf((await runModel(model, { x: tensorOf("float32", x.dims, data.with(place, data[place] + shift)) })).loss)[0];
        expect(gradient[place]).toBeCloseTo(((await lossAt(0.01)) - (await lossAt(-0.01))) / 0.02, 2);
      }
    });
  }

  it("that are older than broadcasting, or whose operators meant something else, are refused by name", () => {
    expect(() => upgradedOpset(modelOf(6, []))).toThrow(/operator set 6; 7 and newer/);
    expect(() => upgradedOpset(modelOf(8, [node("BatchNormalization", ["x"], ["y", "m", "v"])]))).toThrow(/BatchNormalization \(node BatchNormalization-y\)/);
  });

  it("whose BatchNormalization says by its outputs that it trains, train", () => {
    const five = node("BatchNormalization", ["x", "s", "b", "m", "v"], ["y", "m1", "v1", "saved1", "saved2"]);
    const [upgraded] = upgradedOpset(modelOf(13, [five])).graph.nodes;
    expect(upgraded.outputs).toEqual(["y", "m1", "v1"]);
    expect(upgraded.attributes.training_mode).toEqual(int(1));
  });

  it("of new operator sets stay as they are", () => {
    const model = modelOf(21, [node("Identity", ["x"], ["y"])]);
    expect(upgradedOpset(model)).toBe(model);
  });
});
