import { describe, expect, it } from "vitest";
import { differentiateModel } from "../../../src/engine/differentiation/differentiateModel.js";
import { elementCount, numbersOf, tensorOf } from "../../../src/engine/graph/tensorData.js";
import type { Attribute, ConstantTensor, Model } from "../../../src/engine/graph/types.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { backend } from "../../helpers/backend.js";
import { randomSource } from "../../helpers/random.js";

const int = (value: number): Attribute => ({ kind: "int", value });
const real = (value: number): Attribute => ({ kind: "float", value });
const text = (value: string): Attribute => ({ kind: "string", value });
const ints = (...value: number[]): Attribute => ({ kind: "ints", value });

interface Row {
  readonly op: string;
  readonly what?: string;
  readonly domain?: string;
  readonly inputs: readonly (readonly number[] | null)[];
  readonly fixed?: Readonly<Record<number, ConstantTensor>>;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

const activation = text("Tanh");
const rows: readonly Row[] = [
  { op: "FusedConv", inputs: [[1, 2, 4, 4], [3, 2, 3, 3], [3]], attributes: { activation, pads: ints(1, 1, 1, 1) } },
  { op: "FusedConv", what: "clipped", inputs: [[1, 2, 5], [2, 2, 2]], attributes: { activation: text("Clip"), activation_params: { kind: "floats", value: [-0.6, 0.9] } } },
  { op: "FusedGemm", inputs: [[2, 3], [4, 3], [4]], attributes: { activation: text("LeakyRelu"), activation_alpha: real(0.2), transB: int(1) } },
  { op: "FusedMatMul", inputs: [[2, 3, 4], [2, 5, 4]], attributes: { transB: int(1), alpha: real(0.3) } },
  { op: "FusedMatMul", what: "with the batch exchanged", inputs: [[3, 2, 4], [2, 4, 5]], attributes: { transBatchA: int(1) } },
  { op: "Gelu", inputs: [[7]] },
  { op: "BiasGelu", inputs: [[2, 3], [3]] },
  { op: "FastGelu", inputs: [[2, 3], [3]] },
  { op: "QuickGelu", inputs: [[7]], attributes: { alpha: real(1.2) } },
  { op: "SkipLayerNormalization", inputs: [[2, 3, 4], [2, 3, 4], [4], [4], [4]], attributes: { epsilon: real(1e-5) } },
  { op: "SkipSimplifiedLayerNormalization", inputs: [[2, 3, 4], [2, 3, 4], [4]], attributes: { epsilon: real(1e-5) } },
  { op: "SimplifiedLayerNormalization", domain: "", inputs: [[2, 3, 4], [4]], attributes: { axis: int(-1), epsilon: real(1e-5) } },
  {
    op: "EmbedLayerNormalization",
    inputs: [null, null, [5, 4], [3, 4], [2, 4], [4], [4]],
    fixed: { 0: tensorOf("int32", [2, 3], [0, 4, 2, 1, 1, 3]), 1: tensorOf("int32", [2, 3], [0, 0, 1, 1, 0, 1]) },
    attributes: { epsilon: real(1e-5) },
  },
  { op: "MultiHeadAttention", inputs: [[2, 3, 4], [2, 5, 4], [2, 5, 4], [12]], fixed: { 4: tensorOf("int32", [2, 5], [1, 1, 1, 0, 0, 1, 1, 1, 1, 1]) }, attributes: { num_heads: int(2) } },
  { op: "Attention", inputs: [[2, 3, 4], [4, 12], [12]], attributes: { num_heads: int(2), unidirectional: int(1) } },
];

/** The sum of Y's elements, each by a weight of its own, as the loss of a model of one fused node. */
function modelOf({ op, domain = "com.microsoft", inputs, fixed = {}, attributes = {} }: Row, y: readonly number[]): Model {
  const names = inputs.concat(Object.keys(fixed).filter((i) => Number(i) >= inputs.length).map(() => null)).map((_, i) => `x${i}`);
  const count = elementCount(y);
  const weights = tensorOf("float32", y, Array.from({ length: count }, (_, i) => Math.sin(1.7 * i + 0.3)));
  return {
    graph: {
      name: "fused",
      inputs: names.map((name, i) => ({ name, type: fixed[i]?.type ?? ("float32" as const), shape: fixed[i]?.dims ?? (inputs[i] as readonly number[]) })),
      outputs: [{ name: "loss", type: "float32", shape: [] }],
      initializers: new Map([["weights", weights]]),
      nodes: [
        { name: "fused", op, domain, inputs: names, outputs: op === "EmbedLayerNormalization" ? ["y", "unused"] : ["y"], attributes },
        { name: "weigh", op: "Mul", domain: "", inputs: ["y", "weights"], outputs: ["weighed"], attributes: {} },
        { name: "sum", op: "ReduceSum", domain: "", inputs: ["weighed"], outputs: ["loss"], attributes: { keepdims: int(0) } },
      ],
      values: new Map(),
    },
    opsets: new Map([["", 18], ["com.microsoft", 1]]),
    irVersion: 8,
    metadata: new Map(),
  };
}

function shapeOfY({ op, inputs, fixed = {} }: Row): readonly number[] {
  const shape = (i: number): readonly number[] => inputs[i] as readonly number[];
  if (op === "FusedConv") return [shape(0)[0], shape(1)[0], ...shape(0).slice(2).map((size, i) => size + (shape(0).length === 4 ? 2 : 0) - shape(1)[i + 2] + 1)];
  if (op === "FusedGemm") return [shape(0)[0], shape(1)[0]];
  if (op === "FusedMatMul") return [2, 3, 5];
  return op === "EmbedLayerNormalization" ? [...(fixed[0] as ConstantTensor).dims, 4] : shape(0);
}

describe("operators that ONNX Runtime fuses have the gradients that differences of the runtime's own give", () => {
  for (const row of rows) {
    it(row.what === undefined ? row.op : `${row.op}, ${row.what}`, async () => {
      const model = modelOf(row, shapeOfY(row));
      const random = randomSource(3);
      const feeds = Object.fromEntries(model.graph.inputs.map(({ name, shape }, i) => [name, row.fixed?.[i] ?? tensorOf("float32", shape as readonly number[], random.normals(elementCount(shape as readonly number[])))]));
      const wrt = model.graph.inputs.filter(({ type }) => type === "float32").map(({ name }) => name);
      const options = { provider: "cpu", threads: 1, spinning: false } as const;
      const [plain, withGradients] = await Promise.all([model, differentiateModel(model, { wrt })].map((m) => backend.createSession(encodeModel(m), options)));
      const found = await withGradients.run(feeds);
      for (const name of wrt) {
        const gradient = numbersOf(found[`${name}_grad`]);
        const largest = Math.max(...gradient.map(Math.abs));
        const data = feeds[name].data as Float32Array;
        for (const i of data.keys()) {
          const kept = data[i];
          const at = async (value: number): Promise<number> => {
            data[i] = value;
            return numbersOf((await plain.run(feeds)).loss)[0];
          };
          const difference = ((await at(kept + 1e-2)) - (await at(kept - 1e-2))) / 2e-2;
          data[i] = kept;
          expect(Math.abs(gradient[i] - difference), `${name}[${i}]: ${gradient[i]}, difference ${difference}`).toBeLessThanOrEqual(1e-2 * Math.max(1, largest));
        }
      }
      await Promise.all([plain.release(), withGradients.release()]);
    });
  }

  it("and are named where a form of theirs is not followed", () => {
    const odd: Row = { op: "FusedConv", inputs: [[1, 2, 5], [2, 2, 2]], attributes: { activation: text("Unheard") } };
    expect(() => differentiateModel(modelOf(odd, [1, 2, 4]), { wrt: ["x0"] })).toThrow(/FusedConv \(node fused\) with the activation Unheard/);
  });
});
