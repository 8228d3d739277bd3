import { describe, it } from "vitest";
import type { AttributeInput } from "../../../src/engine/graph/builder.js";
import type { Shape } from "../../../src/engine/graph/types.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

interface Row {
  readonly name: string;
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  /** Shapes that the graph may know instead. */
  readonly declared?: Shape;
}

const rows: readonly Row[] = [
  { name: "plain", x: [2, 3, 5, 6], w: [4, 3, 3, 3] },
  { name: "padding on all sides alike", x: [2, 2, 5, 5], w: [3, 2, 3, 3], attributes: { pads: [1, 1, 1, 1] } },
  { name: "asymmetric padding, strides, dilation", x: [2, 2, 7, 8], w: [3, 2, 3, 2], attributes: { pads: [1, 0, 2, 3], strides: [2, 3], dilations: [1, 2] } },
  { name: "rows left unread by the stride", x: [1, 2, 8, 8], w: [2, 2, 3, 3], attributes: { strides: [3, 3] } },
  { name: "padding beyond the kernel", x: [1, 1, 3, 3], w: [2, 1, 1, 2], attributes: { pads: [2, 2, 1, 2] } },
  { name: "automatic padding at the end", x: [1, 2, 6, 5], w: [2, 2, 3, 2], attributes: { auto_pad: "SAME_UPPER", strides: [2, 2] } },
  { name: "automatic padding at the beginning", x: [1, 2, 6, 5], w: [2, 2, 3, 2], attributes: { auto_pad: "SAME_LOWER", strides: [2, 1] } },
  { name: "groups", x: [2, 4, 5, 5], w: [6, 2, 3, 3], attributes: { group: 2, pads: [1, 1, 1, 1] } },
  { name: "each channel by itself, strided", x: [2, 3, 6, 6], w: [3, 1, 3, 3], attributes: { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] } },
  { name: "many channels", x: [1, 16, 4, 4], w: [2, 16, 2, 2] },
  { name: "one dimension", x: [2, 3, 9], w: [4, 3, 4], attributes: { strides: [2], pads: [1, 2], dilations: [2] } },
  { name: "one dimension, groups", x: [2, 4, 7], w: [4, 2, 3], attributes: { group: 2, strides: [2] } },
  { name: "three dimensions", x: [1, 2, 4, 4, 5], w: [2, 2, 2, 3, 2], attributes: { pads: [1, 0, 1, 0, 1, 1], strides: [1, 2, 2] } },
  { name: "three dimensions, groups", x: [2, 2, 3, 4, 3], w: [2, 1, 2, 2, 2], attributes: { group: 2 } },
  { name: "a kernel of one", x: [2, 3, 4, 4], w: [2, 3, 1, 1], attributes: { strides: [2, 2] } },
  { name: "a large kernel", x: [1, 1, 9, 9], w: [1, 1, 8, 8], attributes: { pads: [1, 1, 1, 1] } },
];

describe("gradients of Conv agree with differences", () => {
  for (const { name, x, w, attributes } of rows) {
    const check = (declared: Shape): Promise<unknown> =>
      checkGradients({
        type: "float32",
        step: 0.1, // the loss is linear in each element, so a long way costs nothing but rounding
        tolerance: 1e-3,
        inputs: { x: { dims: x, declared }, w: { dims: w }, b: { dims: [w[0]] } },
        build: (g, t) => g.op("Conv", [t.x, t.w, t.b], attributes ?? {}),
      });
    it(name, () => check(x));
    it(`${name}, symbolic batch`, () => check(["n", ...x.slice(1)]));
    if (attributes?.auto_pad === undefined) it(`${name}, symbolic sizes`, () => check(["n", x[1], ...x.slice(2).map((_, i) => `s${i}`)]));
  }
});

describe("gradients of ConvTranspose agree with differences", () => {
  const transposed: readonly Row[] = [
    { name: "plain", x: [2, 3, 4, 4], w: [3, 2, 3, 3] },
    { name: "strides, padding, more at the end", x: [2, 2, 3, 4], w: [2, 3, 3, 3], attributes: { strides: [2, 3], pads: [1, 0, 1, 2], output_padding: [1, 2] } },
    { name: "groups, dilation", x: [1, 4, 4, 4], w: [4, 2, 2, 2], attributes: { group: 2, dilations: [2, 1] } },
    { name: "one dimension", x: [2, 2, 5], w: [2, 3, 4], attributes: { strides: [2], pads: [1, 1] } },
    { name: "more at the end than the kernel reaches", x: [1, 2, 3, 3], w: [2, 2, 3, 3], attributes: { strides: [3, 2], output_padding: [1, 1] } },
    { name: "given sizes, larger", x: [1, 1, 3, 3], w: [1, 2, 3, 3], attributes: { strides: [3, 2], output_shape: [10, 8] } },
    { name: "three dimensions, groups, strides", x: [1, 2, 2, 3, 2], w: [2, 1, 2, 2, 3], attributes: { group: 2, strides: [2, 1, 2], output_padding: [1, 0, 1] } },
    { name: "automatic padding", x: [1, 1, 3, 3], w: [1, 2, 3, 3], attributes: { strides: [2, 2], auto_pad: "SAME_UPPER" } },
    { name: "given sizes", x: [1, 2, 3, 3], w: [2, 2, 3, 3], attributes: { strides: [2, 2], output_shape: [6, 5] } },
  ];
  for (const { name, x, w, attributes } of transposed) {
    it(name, () =>
      checkGradients({
        type: "float32",
        step: 0.1,
        tolerance: 1e-3,
        inputs: { x: { dims: x }, w: { dims: w }, b: { dims: [w[1] * (typeof attributes?.group === "number" ? attributes.group : 1)] } },
        build: (g, t) => g.op("ConvTranspose", [t.x, t.w, t.b], attributes ?? {}),
      }),
    );
  }
});
