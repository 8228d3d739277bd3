import { describe, expect, it } from "vitest";
import type { AttributeInput } from "../../../src/engine/graph/builder.js";
import { checkGradients } from "../../helpers/gradientCheck.js";
import { randomSource } from "../../helpers/random.js";

interface Row {
  readonly name: string;
  readonly x: readonly number[];
  readonly attributes: Readonly<Record<string, AttributeInput>>;
}

const rows: readonly Row[] = [
  { name: "side by side", x: [2, 3, 4, 6], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  { name: "overlapping", x: [1, 2, 6, 5], attributes: { kernel_shape: [3, 2] } },
  { name: "padding, strides", x: [2, 1, 7, 7], attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 0, 1] } },
  { name: "rows left unread", x: [1, 2, 5, 5], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  { name: "ceil", x: [1, 2, 6, 5], attributes: { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 } },
  { name: "ceil with padding", x: [1, 1, 5, 6], attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 } },
  { name: "automatic padding", x: [1, 2, 5, 6], attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "SAME_UPPER" } },
  { name: "dilation", x: [1, 1, 7, 7], attributes: { kernel_shape: [2, 2], dilations: [2, 3] } },
  { name: "one dimension", x: [2, 3, 8], attributes: { kernel_shape: [3], strides: [2] } },
  { name: "three dimensions", x: [1, 2, 4, 3, 4], attributes: { kernel_shape: [2, 2, 2], strides: [2, 1, 2] } },
];

/** Values far enough apart that no difference changes which is the largest. */
function distinct(dims: readonly number[]): number[] {
  const count = dims.reduce((a, b) => a * b, 1);
  const random = randomSource(3);
  return Array.from({ length: count }, (_, i) => i)
    .map((i) => [random.uniform(), i])
    .sort((a, b) => a[0] - b[0])
    .map(([, i]) => i / 10 - count / 20);
}

describe("gradients of pooling agree with differences", () => {
  for (const { name, x, attributes } of rows) {
    const symbolic = ["n", x[1], ...x.slice(2).map((_, i) => `s${i}`)];
    for (const declared of [x, ["n", ...x.slice(1)], symbolic]) {
      const known = declared === x ? "" : declared === symbolic ? ", symbolic sizes" : ", symbolic batch";
      it(`MaxPool, ${name}${known}`, () =>
        checkGradients({ type: "float32", inputs: { x: { dims: x, declared, values: distinct(x) } }, build: (g, t) => g.op("MaxPool", [t.x], attributes) }));
      // an unknown size leaves open where ceil windows and automatic padding end
      if (declared === symbolic && (attributes.ceil_mode === 1 || attributes.auto_pad !== undefined)) continue;
      for (const count_include_pad of [0, 1]) {
        it(`AveragePool, ${name}, count_include_pad ${count_include_pad}${known}`, () =>
          checkGradients({
            type: "float32",
            step: 0.1,
            tolerance: 1e-3,
            inputs: { x: { dims: x, declared } },
            build: (g, t) => g.op("AveragePool", [t.x], { ...attributes, count_include_pad }),
          }));
      }
    }
  }

  it("GlobalAveragePool and GlobalMaxPool, one to three dimensions", async () => {
    for (const dims of [[2, 3, 5], [2, 3, 4, 3], [1, 2, 2, 3, 2]]) {
      for (const declared of [dims, dims.map((_, i) => `d${i}`)]) {
        await checkGradients({ type: "float32", step: 0.1, tolerance: 1e-3, inputs: { x: { dims, declared } }, build: (g, { x }) => g.op("GlobalAveragePool", [x]) });
        await checkGradients({ type: "float32", inputs: { x: { dims, declared, values: distinct(dims) } }, build: (g, { x }) => g.op("GlobalMaxPool", [x]) });
      }
    }
  });

  it("MaxPool hands the gradient of a tie to the first, with its own indices in either order", async () => {
    const x = { dims: [1, 1, 2, 4], values: [5, 5, 1, 2, 5, 5, 2, 2] };
    for (const storage_order of [0, 1]) {
      const { gradient } = await tie((g, t) => g.ops("MaxPool", [t], { kernel_shape: [2, 2], strides: [2, 2], storage_order }, { outputs: 2 })[0], x);
      expect(gradient.map((v) => v !== 0)).toEqual([true, false, false, true, false, false, false, false]);
    }
    const { gradient } = await tie((g, t) => g.op("GlobalMaxPool", [t]), x);
    expect(gradient.map((v) => v !== 0)).toEqual([true, false, false, false, false, false, false, false]);
  });
});

async function tie(
  build: (g: Parameters<Parameters<typeof checkGradients>[0]["build"]>[0], x: Parameters<Parameters<typeof checkGradients>[0]["build"]>[1][string]) => ReturnType<Parameters<typeof checkGradients>[0]["build"]>,
  x: { readonly dims: readonly number[]; readonly values: readonly number[] },
): Promise<{ gradient: number[] }> {
  // a tolerance of everything: at a tie there is no difference to compare with
  const { x: gradient } = await checkGradients({ type: "float32", tolerance: Infinity, inputs: { x }, build: (g, t) => build(g, t.x) });
  return { gradient };
}
