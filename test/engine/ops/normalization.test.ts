import { describe, expect, it } from "vitest";
import { float } from "../../../src/engine/graph/builder.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import { reduceSum } from "../../../src/engine/graph/functions.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { runGraph } from "../../helpers/backend.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

const channel = (range?: readonly [number, number]): { dims: number[]; range?: readonly [number, number] } => ({ dims: [3], range });

describe("gradients of normalisation and losses agree with differences", () => {
  for (const dims of [[4, 3], [2, 3, 4], [2, 3, 2, 2], [2, 3, 2, 2, 1]]) {
    for (const declared of [dims, dims.map((dim, i) => (i === 1 ? dim : `d${i}`))]) {
      const known = declared === dims ? "" : ", symbolic";
      it(`BatchNormalization for inference, ${dims.length} dimensions${known}`, () =>
        checkGradients({
          inputs: { x: { dims, declared }, scale: channel(), b: channel(), mean: channel(), variance: channel([0.5, 2]) },
          build: (g, t) => g.op("BatchNormalization", [t.x, t.scale, t.b, t.mean, t.variance], { epsilon: float(1e-3) }),
        }));
      it(`BatchNormalization for training, ${dims.length} dimensions${known}`, () =>
        checkGradients({
          type: "float32",
          inputs: { x: { dims, declared }, scale: channel(), b: channel() },
          fixed: { mean: tensorOf("float32", [3], [0, 0, 0]), variance: tensorOf("float32", [3], [1, 1, 1]) },
          build: (g, t) => g.ops("BatchNormalization", [t.x, t.scale, t.b, t.mean, t.variance], { training_mode: 1, epsilon: float(1e-3) }, { outputs: 3 })[0],
        }));
    }
  }

  it("BatchNormalization for training, its running statistics included", () =>
    checkGradients({
      type: "float32",
      inputs: { x: { dims: [3, 2, 4] }, scale: { dims: [2] }, b: { dims: [2] }, mean: { dims: [2] }, variance: { dims: [2], range: [0.5, 2] } },
      // the runtime writes running statistics over the input that they came from, so that it needs a copy
      build: (g, t) => {
        const [mean, variance] = [t.mean, t.variance].map((value) => g.op("Neg", [g.op("Neg", [value])]));
        return g.ops("BatchNormalization", [t.x, t.scale, t.b, mean, variance], { training_mode: 1, momentum: float(0.7), epsilon: float(1e-3) }, { outputs: 3 });
      },
    }));

  it("LayerNormalization, its statistics included", () =>
    checkGradients({
      type: "float32",
      inputs: { x: { dims: [2, 3, 4] }, scale: { dims: [3, 4] }, b: { dims: [3, 4] } },
      build: (g, t) => g.ops("LayerNormalization", [t.x, t.scale, t.b], { axis: 1, epsilon: float(1e-3) }, { outputs: 3 }),
    }));

  it("losses by the weights of the classes", async () => {
    for (const loss of ["SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss"]) {
      for (const reduction of ["mean", "sum", "none"]) {
        await checkGradients({
          type: "float32",
          inputs: { x: { dims: [4, 3, 2] }, w: { dims: [3], range: [0.5, 2] } },
          fixed: { labels: tensorOf("int64", [4, 2], [0, 2, 1, 2, 1, 1, 0, 2]) },
          build: (g, { x, labels, w }) => g.op(loss, [x, labels, w], { reduction, ignore_index: 1 }),
        });
      }
    }
  });

  it("LayerNormalization over the last axes", async () => {
    for (const [axis, width] of [[-1, [4]], [1, [3, 4]], [-2, [1, 4]]] as const) {
      await checkGradients({
        inputs: { x: { dims: [2, 3, 4] }, scale: { dims: width }, b: { dims: width } },
        build: (g, t) => g.op("LayerNormalization", [t.x, t.scale, t.b], { axis, epsilon: float(1e-3) }),
      });
    }
  });

  for (const loss of ["SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss"]) it(`${loss}: reductions, weights, ignored labels, positions`, async () => {
    for (const reduction of ["mean", "sum", "none"]) {
      for (const weighted of [false, true]) {
        for (const ignore of [null, 2]) {
          for (const positions of [[], [2]]) {
            const labels = tensorOf("int64", [4, ...positions], positions.length === 0 ? [0, 2, 1, 2] : [0, 2, 1, 2, 1, 1, 0, 2]);
            await checkGradients({
              type: "float32",
              inputs: { x: { dims: [4, 3, ...positions] } },
              fixed: { labels, ...(weighted ? { w: tensorOf("float32", [3], [0.5, 2, 1]) } : {}) },
              build: (g, { x, labels: l, w }) => g.op(loss, [x, l, w ?? null], { reduction, ...(ignore === null ? {} : { ignore_index: ignore }) }),
            });
          }
        }
      }
    }
  });

  it("SoftmaxCrossEntropyLoss: its logarithms of probabilities", () =>
    checkGradients({
      type: "float32",
      inputs: { x: { dims: [4, 3] } },
      fixed: { labels: tensorOf("int64", [4], [0, 2, 1, 2]) },
      build: (g, { x, labels }) => g.ops("SoftmaxCrossEntropyLoss", [x, labels], {}, { outputs: 2 }),
    }));

  it("Softmax and LogSoftmax along another axis", async () => {
    for (const op of ["Softmax", "LogSoftmax"]) {
      await checkGradients({ inputs: { x: { dims: [2, 3, 4] } }, build: (g, { x }) => g.op(op, [x], { axis: 1 }) });
    }
  });
});

describe("Dropout", () => {
  it("passes the gradient where its mask keeps, enlarged as the value was", async () => {
    const g = newGraph();
    const x = g.input("x", "float32", [1000]);
    const [y] = g.ops("Dropout", [x, g.scalar(0.25), g.constant(tensorOf("bool", [], [1]))], { seed: 3 }, { outputs: 2 });
    g.output(y, "y");
    g.output(gradients(reduceSum(y, null), [x])[0], "dx");
    const { y: value, dx } = await runGraph(g, { x: tensorOf("float32", [1000], Array.from({ length: 1000 }, () => 1)) });
    expect(dx).toEqual(value);
    expect(new Set(dx.map((v) => v.toFixed(4)))).toEqual(new Set(["0.0000", "1.3333"]));
  });

  it("is the identity at inference", () => checkGradients({ inputs: { x: { dims: [5] } }, build: (g, { x }) => g.op("Dropout", [x]) }));

  it("asks for the mask in training form", () => {
    const g = newGraph();
    const x = g.input("x", "float32", [3]);
    const y = g.op("Dropout", [x, null, g.constant(tensorOf("bool", [], [1]))], {}, { name: "drop" });
    expect(() => gradients(reduceSum(y, null), [x])).toThrow(/needs its second output.*drop/);
  });
});
