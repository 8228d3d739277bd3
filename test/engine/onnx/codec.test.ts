import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { numbersOf, tensorOf, type NumericType } from "../../../src/engine/graph/tensorData.js";
import type { Attribute, Graph, Model } from "../../../src/engine/graph/types.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";

const types: readonly NumericType[] = [
  "float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool",
];

function graph(overrides: Partial<Graph> = {}): Graph {
  return { name: "g", inputs: [], outputs: [], initializers: new Map(), nodes: [], values: new Map(), ...overrides };
}

function model(overrides: Partial<Graph> = {}): Model {
  return { graph: graph(overrides), opsets: new Map([["", 20]]), irVersion: 9, metadata: new Map([["who", "us"]]) };
}

const body = graph({ name: "body", outputs: [{ name: "z", type: "float32", shape: [1] }], initializers: new Map([["z", tensorOf("float32", [1], [7])]]) });
const attributes: Record<string, Attribute> = {
  int: { kind: "int", value: -3 },
  float: { kind: "float", value: 0.5 },
  string: { kind: "string", value: "ünï" },
  ints: { kind: "ints", value: [1, Number.MAX_SAFE_INTEGER] },
  floats: { kind: "floats", value: [0.25, Infinity] },
  strings: { kind: "strings", value: ["a", ""] },
  tensor: { kind: "tensor", value: tensorOf("int64", [2], [1, -1]) },
};
const full = model({
  inputs: [{ name: "x", type: "float32", shape: ["batch", 3, null] }, { name: "y", type: "int64", shape: null }],
  outputs: [{ name: "out", type: "float32", shape: [] }],
  initializers: new Map([...types.map((type) => [type, tensorOf(type, [2, 2], [0, 1, 1, 0])] as const), ["words", { type: "string", dims: [2], data: ["a", "b"] }]]),
  nodes: [{ name: "n", op: "If", domain: "", inputs: ["x", "", "y"], outputs: ["out"], attributes: { ...attributes, graph: { kind: "graph", value: body } } }],
});

describe("ONNX files", () => {
  it("come back as they were written, every type and attribute", () => {
    const back = decodeModel(encodeModel(full));
    expect(back.graph.inputs).toEqual(full.graph.inputs);
    expect(back.graph.outputs).toEqual(full.graph.outputs);
    expect(back.graph.initializers).toEqual(full.graph.initializers);
    const { graph: backBody, ...backRest } = back.graph.nodes[0].attributes;
    expect(backRest).toEqual(attributes);
    expect(backBody.kind === "graph" && backBody.value.initializers).toEqual(body.initializers);
    expect([back.opsets, back.irVersion, back.metadata]).toEqual([full.opsets, full.irVersion, full.metadata]);
  });

  it("come back from a Buffer that lies within another", () => {
    const bytes = encodeModel(full);
    const around = Buffer.alloc(bytes.length + 7);
    around.set(bytes, 3);
    expect(decodeModel(around.subarray(3, 3 + bytes.length)).graph.initializers).toEqual(full.graph.initializers);
  });

  it("cut off anywhere are refused as unreadable", () => {
    const bytes = encodeModel(full);
    for (let length = 0; length < bytes.length; length++) {
      try {
        decodeModel(bytes.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(DescentError);
        continue;
      }
      // nothing but metadata may be missing from what is still read
      expect(length).toBeGreaterThan(bytes.length - 20);
    }
  });

  it("that are none throw nothing but DescentError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(errorOf(() => decodeModel(bytes))).toBeInstanceOf(DescentError);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it("with a byte changed throw nothing but DescentError", () => {
    const bytes = encodeModel(full);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        const error = errorOf(() => decodeModel(changed));
        expect(error === null || error instanceof DescentError).toBe(true);
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  it("are encoded without a loop over their elements: 100 MB", () => {
    const weights = { type: "float32" as const, dims: [25_000_000], data: new Float32Array(25_000_000) };
    const start = performance.now();
    const bytes = encodeModel(model({ initializers: new Map([["w", weights]]) }));
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(decodeModel(bytes).graph.initializers.get("w")?.dims).toEqual([25_000_000]);
  });

  it("of 2 GB and more are refused before anything is copied", () => {
    const data = new Float32Array(new ArrayBuffer(4)); // stands for a tensor larger than the test's memory
    Object.defineProperty(data, "byteLength", { value: 2 ** 31 });
    const error = errorOf(() => encodeModel(model({ initializers: new Map([["w", { type: "float32", dims: [2 ** 29], data }]]) })));
    expect(error).toMatchObject({ code: "onnx-too-large" });
  });
});

describe("16-bit floats", () => {
  it("round to nearest even, through subnormals and infinities", () => {
    const values = [1, -2, 0.1, 65504, 65519, 65520, 2 ** -24, 2 ** -25, 3 * 2 ** -25, 2 ** -14, 1 + 2 ** -11, 1 + 3 * 2 ** -11, Infinity, -0];
    const expected = [1, -2, 0.0999755859375, 65504, 65504, Infinity, 2 ** -24, 0, 2 ** -23, 2 ** -14, 1, 1 + 2 ** -9, Infinity, -0];
    expect(numbersOf(tensorOf("float16", [values.length], values))).toEqual(expected);
    expect(numbersOf(tensorOf("bfloat16", [3], [1, 1 + 2 ** -8, 1 + 3 * 2 ** -8]))).toEqual([1, 1, 1 + 2 ** -6]);
  });
});

function errorOf(run: () => unknown): unknown {
  try {
    run();
    return null;
  } catch (error) {
    return error;
  }
}
