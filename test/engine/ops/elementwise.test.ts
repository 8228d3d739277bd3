import { describe, it } from "vitest";
import { float, type AttributeInput } from "../../../src/engine/graph/builder.js";
import { checkGradients, type GradientCheck } from "../../helpers/gradientCheck.js";

interface Row {
  readonly range?: readonly [number, number];
  readonly type?: GradientCheck["type"];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
}

/** Points lie where differences do not cross a kink; the slope at the kinks stands in edges.test.ts. float32 where the runtime has no other kernel. */
const rows: Readonly<Record<string, Row>> = {
  Abs: {},
  Acos: { range: [-0.9, 0.9], type: "float32" },
  Acosh: { range: [1.5, 3], type: "float32" },
  Asin: { range: [-0.9, 0.9], type: "float32" },
  Asinh: { type: "float32" },
  Atan: { type: "float32" },
  Atanh: { range: [-0.8, 0.8], type: "float32" },
  Celu: { type: "float32", attributes: { alpha: float(0.7) } },
  Cos: { type: "float32" },
  Cosh: { type: "float32" },
  Elu: { type: "float32", attributes: { alpha: float(0.7) } },
  Erf: { type: "float32" },
  Exp: {},
  Gelu: { type: "float32" },
  "Gelu tanh": { type: "float32", attributes: { approximate: "tanh" } },
  HardSigmoid: { type: "float32", range: [-1, 1], attributes: { alpha: float(0.3) } },
  HardSwish: { type: "float32", range: [-2.5, 2.5] },
  Identity: {},
  LeakyRelu: { type: "float32", attributes: { alpha: float(0.1) } },
  Log: { range: [0.2, 3] },
  LogSoftmax: {},
  Mish: { type: "float32" },
  Neg: {},
  Reciprocal: { range: [0.4, 2] },
  Relu: {},
  Selu: { type: "float32" },
  Sigmoid: { type: "float32" },
  Sin: {},
  Sinh: { type: "float32" },
  Softmax: {},
  Softplus: { type: "float32" },
  Softsign: { type: "float32" },
  Sqrt: { range: [0.2, 3] },
  Tan: { type: "float32", range: [-1, 1] },
  Tanh: {},
  ThresholdedRelu: { type: "float32", attributes: { alpha: float(0.05) }, range: [0.2, 2] },
};

describe("gradients of element-wise operators with one input agree with differences", () => {
  for (const [op, { range, attributes, type }] of Object.entries(rows)) {
    it(op, async () => {
      for (const dims of [[], [5], [2, 3, 4]]) {
        if (/Softmax/.test(op) && dims.length === 0) continue;
        const values = dims.length === 0 ? [range === undefined ? 0.7 : (range[0] + range[1]) / 2 + 0.1] : awayFromZero(dims.reduce((a, b) => a * b, 1), range);
        await checkGradients({ type, inputs: { x: { dims, values } }, build: (g, { x }) => g.op(op.split(" ")[0], [x], attributes ?? {}) });
      }
    });
  }
});

/** Points spread evenly over a range, none nearer to zero than 0.03. */
function awayFromZero(count: number, [low, high]: readonly [number, number] = [-2, 2]): number[] {
  return Array.from({ length: count }, (_, i) => {
    const x = low + ((high - low) * (((i * 7) % count) + 0.5)) / count;
    return Math.abs(x) < 0.03 ? 0.05 : x;
  });
}
