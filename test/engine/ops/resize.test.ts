import { describe, it } from "vitest";
import { float, type AttributeInput } from "../../../src/engine/graph/builder.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

interface Row {
  readonly what: string;
  readonly dims?: readonly number[];
  readonly scales?: readonly number[];
  readonly sizes?: readonly number[];
  readonly roi?: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly declared?: readonly (string | number)[];
}

const up = [1, 1, 2, 2.5];
const rows: readonly Row[] = [
  { what: "nearest", scales: up },
  { what: "nearest, sizes", sizes: [1, 2, 5, 7] },
  { what: "nearest, unknown sizes", scales: up, declared: ["n", 2, "h", "w"] },
  { what: "linear, unknown sizes", scales: up, declared: ["n", "c", "h", "w"], attributes: { mode: "linear" } },
  { what: "linear, smaller with antialiasing", scales: [1, 1, 0.6, 0.5], attributes: { mode: "linear", antialias: 1 } },
  { what: "cubic without what lies outside", sizes: [1, 2, 5, 6], attributes: { mode: "cubic", exclude_outside: 1, cubic_coeff_a: float(-0.5) } },
  { what: "linear, one dimension", dims: [2, 2, 4], scales: [1, 1, 2], attributes: { mode: "linear" } },
  { what: "linear, three dimensions", dims: [1, 1, 2, 3, 2], sizes: [1, 1, 3, 4, 5], attributes: { mode: "linear" } },
  { what: "the last axes alone", sizes: [5, 6], attributes: { axes: [2, 3], mode: "linear" } },
  { what: "sides in their ratio", sizes: [6, 8], attributes: { axes: [2, 3], mode: "linear", keep_aspect_ratio_policy: "not_larger" } },
  { what: "sides in their ratio, not smaller", sizes: [6, 8], attributes: { axes: [2, 3], keep_aspect_ratio_policy: "not_smaller" } },
  { what: "a region, with a value outside", sizes: [1, 2, 3, 3], roi: [0, 0, 0.2, 0.1, 1, 1, 0.9, 1.3], attributes: { mode: "linear", coordinate_transformation_mode: "tf_crop_and_resize", extrapolation_value: float(10) } },
  ...["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"].flatMap((coordinate_transformation_mode) =>
    ["linear", "cubic", "nearest"].map((mode) => ({ what: `${mode}, ${coordinate_transformation_mode}`, sizes: [1, 2, 5, 3], attributes: { mode, coordinate_transformation_mode } })),
  ),
  ...["round_prefer_ceil", "floor", "ceil"].map((nearest_mode) => ({ what: nearest_mode, sizes: [1, 2, 6, 3], attributes: { nearest_mode } })),
];

describe("gradients of Resize agree with differences", () => {
  for (const { what, dims, scales, sizes, roi, attributes, declared } of rows) {
    it(what, () =>
      checkGradients({
        type: "float32",
        step: 0.1, // linear in every element
        tolerance: 1e-3,
        inputs: { x: { dims: dims ?? [1, 2, 3, 4], declared } },
        build: (g, { x }) => {
          const constant = (values: readonly number[] | undefined): ReturnType<typeof g.constant> | null => (values === undefined ? null : g.constant(tensorOf("float32", [values.length], values)));
          return g.op("Resize", [x, constant(roi), constant(scales), sizes === undefined ? null : g.ints(sizes)], attributes ?? {});
        },
      }));
  }
});
