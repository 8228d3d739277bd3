import type { Tensor } from "../graph/builder.js";
import { addAtPlaces, pad, placesLike } from "../graph/functions.js";
import { axisOf } from "../graph/shapes.js";
import type { Shape } from "../graph/types.js";
import { type Call, defineOperator, type GradientContext } from "./defineOperator.js";
import { integersOf, like } from "./shapeRules.js";

/** Y = elements start, start + step, ... before end of X, along axes. ONNX Slice-13. */
export const Slice = defineOperator("Slice", {
  inputs: ["X", "starts", "ends", "axes?", "steps?"],
  shape: (call) => {
    const { X } = call;
    if (X.shape === null) return like(X);
    const ranges = rangesOf(call);
    if (ranges === null) return [{ type: X.type, shape: unknownAlong(call) }];
    let elements = X.elements;
    const shape = [...X.shape];
    for (const { axis, start, step, count, whole } of ranges) {
      if (whole) continue;
      shape[axis] = count;
      if (elements !== null && count !== null) elements = Array.from({ length: count }, (_, i) => elements?.[start + i * step] ?? null);
      else elements = null;
    }
    return [{ type: X.type, shape, elements: ranges.length === 0 ? X.elements : elements }];
  },
  gradient: {
    X: (call) => {
      const ranges = rangesOf(call);
      const plain = ranges?.every(({ step, count, whole }) => whole || (step === 1 && count !== null));
      return plain && ranges !== null ? padded(call.dY, ranges) : scattered(call, call.dY, call.X);
    },
    starts: "zero",
    ends: "zero",
    axes: "zero",
    steps: "zero",
  },
});

interface Range {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  /** Elements taken, and elements there; null where not known while building. */
  readonly count: number | null;
  readonly size: number | null;
  /** Everything along an axis of unknown size. */
  readonly whole: boolean;
}

/** An end from here on is how exporters write "to the end". */
const endless = 2 ** 31 - 1;

type SliceCall = Call & { readonly X: Tensor; readonly starts: Tensor; readonly ends: Tensor; readonly axes: Tensor | null; readonly steps: Tensor | null };

/** What is taken along each sliced axis; null where that is computed while running. */
function rangesOf({ X, starts, ends, axes, steps }: SliceCall): readonly Range[] | null {
  const first = integersOf(starts);
  const last = integersOf(ends);
  const along = axes === null ? first?.map((_, i) => i) : integersOf(axes);
  const strides = steps === null ? first?.map(() => 1) : integersOf(steps);
  if (first === null || last === null || !along || !strides || X.shape === null) return null;
  const source = X.shape;
  return along.map((axis, i) => {
    const front = axisOf(axis, X.rank);
    const size = source[front];
    const step = strides[i];
    if (typeof size !== "number") {
      const whole = first[i] === 0 && step === 1 && last[i] >= endless;
      return { axis: front, start: 0, step, count: null, size: null, whole };
    }
    const clamp = (at: number, low: number, high: number): number => Math.min(Math.max(at < 0 ? at + size : at, low), high);
    const start = step > 0 ? clamp(first[i], 0, size) : clamp(first[i], 0, size - 1);
    const end = step > 0 ? clamp(last[i], 0, size) : clamp(last[i], -1, size);
    return { axis: front, start, step, count: Math.max(Math.ceil((end - start) / step), 0), size, whole: false };
  });
}

function unknownAlong({ X, axes }: SliceCall): Shape | null {
  const along = axes === null ? null : integersOf(axes);
  return X.shape?.map((dim, i) => (along !== null && !along.some((axis) => axisOf(axis, X.rank) === i) ? dim : null)) ?? null;
}

/** The gradient with zeros where the slice took nothing. */
function padded(dY: Tensor, ranges: readonly Range[]): Tensor {
  const pads = Array.from({ length: 2 * dY.rank }, () => 0);
  for (const { axis, start, count, size } of ranges) {
    pads[axis] = start;
    pads[axis + dY.rank] = (size ?? 0) - start - (count ?? 0);
  }
  return pad(dY, pads);
}

/** Any slice: the same slice of the places tells where each element came from. */
function scattered({ graph, inputs, node }: GradientContext, dY: Tensor, X: Tensor): Tensor {
  const places = graph.op("Slice", [placesLike(X), ...inputs.slice(1)], node.attributes);
  return addAtPlaces(X, places, dY);
}
