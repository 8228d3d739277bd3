import { describe, it } from "vitest";
import { float, type AttributeInput } from "../../../src/engine/graph/builder.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import { checkGradients, type CheckedInput } from "../../helpers/gradientCheck.js";

interface Row {
  readonly what: string;
  readonly inputs?: Readonly<Record<string, CheckedInput>>;
  readonly fixed?: Readonly<Record<string, ConstantTensor>>;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly outputs?: number;
}

const byHeads = { q: { dims: [2, 2, 3, 4] }, k: { dims: [2, 2, 5, 4] }, v: { dims: [2, 2, 5, 3] } };
const past = { pastKey: { dims: [2, 2, 2, 4] }, pastValue: { dims: [2, 2, 2, 3] } };
const [on, off] = [1, 0];

const rows: readonly Row[] = [
  { what: "plain" },
  { what: "causal, another scale", attributes: { is_causal: 1, scale: float(0.3) } },
  { what: "a mask to add", inputs: { ...byHeads, mask: { dims: [3, 5] } } },
  { what: "a mask of booleans", fixed: { mask: tensorOf("bool", [3, 5], [on, off, on, on, on, on, on, off, off, off, on, on, on, on, on]) } },
  { what: "groups of queries", inputs: { ...byHeads, q: { dims: [2, 4, 3, 4] } } },
  { what: "soft cap", attributes: { softcap: float(1.5) } },
  { what: "keys of the past, causal", inputs: { ...byHeads, ...past }, attributes: { is_causal: 1 }, outputs: 3 },
  { what: "heads side by side", inputs: { q: { dims: [2, 3, 8] }, k: { dims: [2, 5, 4] }, v: { dims: [2, 5, 6] } }, attributes: { q_num_heads: 4, kv_num_heads: 2 } },
  { what: "symbolic batch and lengths", inputs: { q: { dims: [2, 3, 8], declared: ["n", "t", 8] }, k: { dims: [2, 3, 8], declared: ["n", "t", 8] }, v: { dims: [2, 3, 8], declared: ["n", "t", 8] } }, attributes: { q_num_heads: 2, kv_num_heads: 2, is_causal: 1 } },
];

describe("gradients of Attention agree with differences", () => {
  for (const { what, inputs = byHeads, fixed, attributes, outputs } of rows) {
    it(what, () =>
      checkGradients({
        type: "float32",
        opset: 23,
        inputs,
        fixed,
        build: (g, t: Readonly<Record<string, Parameters<typeof g.op>[1][number] | undefined>>) =>
          g.ops("Attention", [t.q, t.k, t.v, t.mask, t.pastKey, t.pastValue].map((tensor) => tensor ?? null), attributes ?? {}, { outputs: outputs ?? 1 }),
      }));
  }
});

describe("gradients of RotaryEmbedding agree with differences", () => {
  const angles = { cos: { dims: [6, 2] }, sin: { dims: [6, 2] } };
  const positions = tensorOf("int64", [2, 3], [0, 2, 5, 1, 1, 3]);
  const turns: readonly (readonly [string, readonly number[], Readonly<Record<string, AttributeInput>>])[] = [
    ["halves", [2, 2, 3, 4], {}],
    ["neighbours", [2, 2, 3, 4], { interleaved: 1 }],
    ["heads side by side", [2, 3, 8], { num_heads: 2 }],
    ["a part of the features", [2, 2, 3, 6], { rotary_embedding_dim: 4, num_heads: 2 }],
  ];
  for (const [what, dims, attributes] of turns) {
    it(what, () =>
      checkGradients({
        type: "float32",
        opset: 23,
        inputs: { x: { dims }, ...angles },
        fixed: { positions },
        build: (g, t) => g.op("RotaryEmbedding", [t.x, t.cos, t.sin, t.positions], attributes),
      }));
  }

  it("angles by example", () =>
    checkGradients({
      type: "float32",
      opset: 23,
      inputs: { x: { dims: [2, 2, 3, 4] }, cos: { dims: [2, 3, 2] }, sin: { dims: [2, 3, 2] } },
      build: (g, t) => g.op("RotaryEmbedding", [t.x, t.cos, t.sin]),
    }));
});
