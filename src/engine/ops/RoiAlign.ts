import type { Tensor } from "../graph/builder.js";
import { add, cast, concat, dimOf, div, gather, keepWhere, less, mul, not, or, reduceMax, reduceSum, reshape, scalarLike, scale, shift, slice, sub, unsqueeze } from "../graph/functions.js";
import { countingTo, sizeAlong, weightedCorners } from "./bilinear.js";
import { defineOperator, type Call, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";

/** Y = regions of X as grids of bins, each the mean (or the largest) of what is read at places within: [regions, C, rows, columns]. ONNX RoiAlign-22. */
export const RoiAlign = defineOperator("RoiAlign", {
  inputs: ["X", "rois", "images"],
  shape: (call) => [{ type: call.X.type, shape: [call.rois.shape?.[0] ?? null, call.X.shape?.[1] ?? null, call.int("output_height", 1), call.int("output_width", 1)] }],
  gradient: { X: rule, rois: rule, images: "zero" },
});

function rule(call: GradientContext): Tensor | null {
  return throughForm(call, ([X, rois, images]) => (X && rois && images ? [form(call, X, rois, images)] : []));
}

/** Along one axis, for every region: where it is read [regions, bins, places], how many places a bin has [regions], and which of them count (null: all). */
interface Reading {
  readonly at: Tensor;
  readonly count: Tensor;
  readonly counts: Tensor | null;
}

function form(call: Call, X: Tensor, rois: Tensor, images: Tensor): Tensor {
  const g = X.builder;
  const [rows, columns] = [call.int("output_height", 1), call.int("output_width", 1)];
  const vertical = readingAlong(call, rois, [1, 3], rows);
  const horizontal = readingAlong(call, rois, [0, 2], columns);
  const [down, across] = [dimOf(vertical.at, 2), dimOf(horizontal.at, 2)];
  // [regions, rows, places down, columns, places across]
  const all = concat([dimOf(rois, 0), g.ints([rows]), down, g.ints([columns]), across], 0);
  const spread = (x: Tensor, axes: readonly number[]): Tensor => reshape(g.op("Expand", [unsqueeze(x, axes), all]), [0, -1]);
  const y = spread(vertical.at, [3, 4]);
  const x = spread(horizontal.at, [1, 2]);
  const height = sizeAlong(X, 2);
  const width = sizeAlong(X, 3);
  const within = (at: Tensor, size: Tensor): Tensor => g.op("Clip", [at, scalarLike(at, 0), shift(size, -1)]);
  const outside = (at: Tensor, size: Tensor): Tensor => or(less(at, scalarLike(at, -1)), less(size, at));
  const corners = weightedCorners({ flat: reshape(gather(X, images, 0), [0, 0, -1]), height, width }, within(y, height), within(x, width));
  const counted = [vertical.counts === null ? null : spread(vertical.counts, [3, 4]), horizontal.counts === null ? null : spread(horizontal.counts, [1, 2])];
  let kept = not(or(outside(y, height), outside(x, width)));
  for (const mask of counted) if (mask !== null) kept = g.op("And", [kept, mask]);
  const bins = concat([g.ints([0, 0, rows]), down, g.ints([columns]), across], 0);
  const binned = (value: Tensor): Tensor => reshape(keepWhere(unsqueeze(kept, [1]), value), bins);
  // the largest is that of the weighted elements themselves, as the operator is defined
  if (call.text("mode", "avg") === "max") return reduceMax(g.op("Max", corners.map(binned)), [3, 5]);
  const count = g.op("Max", [mul(vertical.count, horizontal.count), scalarLike(X, 1)]);
  return div(reduceSum(binned(corners.reduce(add)), [3, 5]), reshape(count, [-1, 1, 1, 1]));
}

function readingAlong(call: Call, rois: Tensor, [from, to]: readonly [number, number], bins: number): Reading {
  const g = rois.builder;
  const halfPixel = call.text("coordinate_transformation_mode", "half_pixel") === "half_pixel";
  const edge = (i: number): Tensor => shift(scale(slice(rois, [i], [i + 1], [1]), call.float("spatial_scale", 1)), halfPixel ? -0.5 : 0);
  const start = edge(from);
  const span = sub(edge(to), start);
  const extent = halfPixel ? span : g.op("Max", [span, scalarLike(span, 1)]);
  const size = scale(extent, 1 / bins);
  const ratio = call.int("sampling_ratio", 0);
  const ceiling = g.op("Ceil", [size]);
  const count = ratio > 0 ? mul(onesOf(size), scalarLike(size, ratio)) : ceiling;
  const most = ratio > 0 ? g.ints([ratio]) : cast(reshape(g.op("Max", [reduceMax(ceiling, null), scalarLike(ceiling, 0)]), [1]), "int64");
  const places = reshape(countingTo(most, rois), [1, 1, -1]);
  const bin = reshape(countingTo(g.ints([bins]), rois), [1, -1, 1]);
  const third = (x: Tensor): Tensor => unsqueeze(x, [2]);
  const within = div(mul(shift(places, 0.5), third(size)), third(count));
  const at = add(add(third(start), mul(bin, third(size))), within);
  if (ratio > 0) return { at, count, counts: null };
  const counts = g.op("Expand", [less(places, third(count)), concat([dimOf(rois, 0), g.ints([bins]), most], 0)]);
  return { at, count, counts };
}

/** Ones in the shape of x. */
function onesOf(x: Tensor): Tensor {
  return x.builder.op("Expand", [scalarLike(x, 1), x.builder.op("Shape", [x])]);
}
