import type { Tensor } from "../graph/builder.js";
import { abs, add, and, cast, concat, dimOf, div, equal, keepWhere, less, mul, not, reshape, reshapeLike, scalarLike, scale, shift, slice, sub, unsqueeze, where } from "../graph/functions.js";
import { defineOperator, type Call, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";

/** Y = X read at the places of a grid, whose coordinates go from -1 to 1, x first: the nearest element, or interpolated. ONNX GridSample-20. */
export const GridSample = defineOperator("GridSample", {
  inputs: ["X", "grid"],
  shape: ({ X, grid }) => [{ type: X.type, shape: X.shape === null || grid.shape === null ? null : [X.shape[0], X.shape[1], ...grid.shape.slice(1, -1)] }],
  gradient: { X: rule, grid: rule },
});

function rule(call: GradientContext): Tensor | null {
  return throughForm(call, ([x, grid]) => (x && grid ? [reshapeLike(sampled(call, x, grid), call.outputs[0] as Tensor)] : []));
}

/** An element along one axis that an interpolation reads, and its share; null for all of it. */
interface Tap {
  readonly at: Tensor;
  readonly share: Tensor | null;
}

/** What lies along an axis of X: its size as a scalar, and the bounds at which coordinates are reflected. */
interface Axis {
  readonly size: Tensor;
  readonly low: number;
  readonly span: Tensor;
}

/** [N, C, places] */
function sampled(call: Call, x: Tensor, grid: Tensor): Tensor {
  const rank = x.rank - 2;
  const places = reshape(grid, [0, -1, rank]);
  const flat = reshape(x, [0, 0, -1]);
  const zeros = call.text("padding_mode", "zeros") === "zeros";
  const axes = Array.from({ length: rank }, (_, i) => axisOf(call, x, i + 2));
  const taps = axes.map((axis, i) => tapsOf(call, axis, reshape(slice(places, [rank - 1 - i], [rank - i], [2]), [0, -1])));
  const corners = taps.reduce<readonly (readonly Tap[])[]>((outer, own) => outer.flatMap((corner) => own.map((tap) => [...corner, tap])), [[]]);
  const terms = corners.map((corner) => {
    let index: Tensor | null = null;
    let share: Tensor | null = null;
    let inside: Tensor | null = null;
    for (const [i, { at, share: own }] of corner.entries()) {
      const { size } = axes[i];
      const last = shift(size, -1);
      const clipped = clamp(at, scalarLike(at, 0), last);
      index = index === null ? clipped : add(mul(index, size), clipped);
      if (own !== null) share = share === null ? own : mul(share, own);
      if (zeros) {
        const within = and(not(less(at, scalarLike(at, 0))), not(less(last, at)));
        inside = inside === null ? within : and(inside, within);
      }
    }
    const g = x.builder;
    const whole = unsqueeze(cast(index as Tensor, "int64"), [1]);
    const everyChannel = g.op("Expand", [whole, concat([g.ints([1]), dimOf(x, 1), g.ints([1])], 0)]);
    const values = g.op("GatherElements", [flat, everyChannel], { axis: 2 });
    const weighted = share === null ? values : mul(values, unsqueeze(share, [1]));
    return inside === null ? weighted : keepWhere(unsqueeze(inside, [1]), weighted);
  });
  return terms.reduce((a, b) => add(a, b));
}

function axisOf(call: Call, x: Tensor, axis: number): Axis {
  const size = cast(reshape(dimOf(x, axis), []), x.type);
  const aligned = call.int("align_corners", 0) === 1;
  return { size, low: aligned ? 0 : -0.5, span: aligned ? shift(size, -1) : size };
}

function tapsOf(call: Call, axis: Axis, coordinate: Tensor): readonly Tap[] {
  const aligned = call.int("align_corners", 0) === 1;
  const unit = scale(shift(coordinate, 1), 0.5);
  const at = aligned ? mul(unit, shift(axis.size, -1)) : shift(mul(unit, axis.size), -0.5);
  const g = at.builder;
  const mode = call.text("mode", "linear");
  if (mode === "nearest") return [{ at: padded(call, axis, g.op("Round", [at])), share: null }];
  const place = mode === "cubic" || mode === "bicubic" ? at : padded(call, axis, at);
  const floor = g.op("Floor", [place]);
  const part = sub(place, floor);
  if (mode !== "cubic" && mode !== "bicubic") {
    return [{ at: floor, share: sub(scalarLike(part, 1), part) }, { at: shift(floor, 1), share: part }];
  }
  return [-1, 0, 1, 2].map((offset) => ({ at: padded(call, axis, shift(floor, offset)), share: cubicShare(abs(shift(part, -offset)), offset === 0 || offset === 1) }));
}

/** Keys's cubic convolution (1981) with a = -0.75, by distance: within one element, or between one and two. */
function cubicShare(distance: Tensor, near: boolean): Tensor {
  const a = -0.75;
  const polynomial = (...coefficients: number[]): Tensor => coefficients.slice(1).reduce((sum, c) => shift(mul(sum, distance), c), scalarLike(distance, coefficients[0]));
  return near ? polynomial(a + 2, -(a + 3), 0, 1) : polynomial(a, -5 * a, 8 * a, -4 * a);
}

/** A coordinate brought into the image as the mode of padding says; under zeros it stays. */
function padded(call: Call, { size, low, span }: Axis, at: Tensor): Tensor {
  const mode = call.text("padding_mode", "zeros");
  if (mode === "zeros") return at;
  const last = shift(size, -1);
  if (mode === "border") return clamp(at, scalarLike(at, 0), last);
  const g = at.builder;
  const distance = abs(shift(at, -low));
  const turns = g.op("Floor", [div(distance, span)]);
  const rest = sub(distance, mul(turns, span));
  const odd = sub(turns, scale(g.op("Floor", [scale(turns, 0.5)]), 2));
  const reflected = shift(where(equal(odd, scalarLike(odd, 0)), rest, sub(span, rest)), low);
  return clamp(reflected, scalarLike(at, 0), last);
}

function clamp(x: Tensor, low: Tensor, high: Tensor): Tensor {
  return x.builder.op("Min", [x.builder.op("Max", [x, low]), high]);
}
