import { DescentError } from "../../common/errors.js";
import type { Tensor } from "../graph/builder.js";
import { cast, concat, div, gather, mul, reshape, shapeOf, slice, squeeze, transpose, unsqueeze } from "../graph/functions.js";
import { axesOf, axisOf } from "../graph/shapes.js";
import type { Dim } from "../graph/types.js";
import { defineOperator, type Call, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { transformed } from "./fourier.js";
import { integersOf } from "./shapeRules.js";

/** Operator set 20 made the axis an input and the last but one the default. */
const axisIsInputFrom = 20;

/** Y = the discrete Fourier transform of X along an axis; the last axis holds real and imaginary part. ONNX DFT-20. */
export const DFT = defineOperator("DFT", {
  inputs: ["X", "length?", "axis?"],
  shape: (call) => {
    const { X } = call;
    const axis = X.shape === null ? null : alongAxis(call, X);
    if (X.shape === null || axis === null) return [{ type: X.type, shape: X.shape?.map(() => null) ?? null }];
    const { bins, real } = sizes(call, X, axis);
    return [{ type: X.type, shape: X.shape.with(axis, bins).with(X.rank - 1, real ? 1 : 2) }];
  },
  gradient: {
    X: (call) => {
      if (call.X.shape === null || alongAxis(call, call.X) === null) return adjoint(call);
      return throughForm(call, ([x]) => {
        if (!x) return [];
        const axis = alongAxis(call, x);
        const { length, bins, real } = axis === null ? { length: null, bins: null, real: false } : sizes(call, x, axis);
        const count = axis === null ? null : x.shape?.[axis];
        if (axis === null || typeof count !== "number" || typeof length !== "number" || typeof bins !== "number") {
          throw unknownAxis();
        }
        const inverse = call.int("inverse", 0) === 1;
        const others = axesOf(null, x.rank - 1).filter((other) => other !== axis);
        const part = (i: number): Tensor => transpose(squeeze(slice(x, [i], [i + 1], [x.rank - 1]), [x.rank - 1]), [...others, axis]);
        const input = { real: part(0), imaginary: x.shape?.at(-1) === 1 ? null : part(1) };
        const back = axesOf(null, x.rank - 1).map((other) => (other === axis ? others.length : others.indexOf(other)));
        const whole = real ? mirrored(input, count, length) : input;
        const result = transformed(whole, { count: real ? length : count, length, bins, inverse });
        const parts = real ? [result.real] : [result.real, result.imaginary];
        return [concat(parts.map((value) => unsqueeze(transpose(value, back), [x.rank - 1])), x.rank - 1)];
      });
    },
    length: "zero",
    axis: "zero",
  },
});

/** Along an axis that is computed while running: the other transform, times or divided by the length. */
function adjoint(call: GradientContext & { readonly X: Tensor; readonly dY: Tensor; readonly length: Tensor | null; readonly axis: Tensor | null }): Tensor {
  const { X, dY, length, axis, graph, int } = call;
  if (length !== null || axis === null || int("onesided", 0) === 1) throw unknownAxis();
  const inverse = int("inverse", 0) === 1;
  const other = graph.op("DFT", [dY, null, axis], { inverse: inverse ? 0 : 1 });
  const count = cast(reshape(gather(shapeOf(X), axis, 0), []), X.type);
  const scaled = inverse ? div(other, count) : mul(other, count);
  return X.shape?.at(-1) === 1 ? slice(scaled, [0], [1], [-1]) : scaled;
}

function unknownAxis(): DescentError {
  return new DescentError("shape-unknown", "The gradient of DFT needs a known axis and length.");
}

function alongAxis(call: Call, x: Tensor): number | null {
  const given = call.opset < axisIsInputFrom ? call.int("axis", 1) : call.inputs[2] ? (integersOf(call.inputs[2])?.[0] ?? null) : -2;
  return given === null ? null : axisOf(given, x.rank);
}

/** The length of the transform, how many elements it gives, and whether these are real: the inverse of a one-sided one. */
function sizes(call: Call, x: Tensor, axis: number): { readonly length: Dim; readonly bins: Dim; readonly real: boolean } {
  const given = call.inputs[1] ? (integersOf(call.inputs[1])?.[0] ?? null) : undefined;
  const oneSided = call.int("onesided", 0) === 1;
  const count = x.shape?.[axis] ?? null;
  const real = oneSided && call.int("inverse", 0) === 1;
  const natural = real ? (typeof count === "number" ? 2 * (count - 1) : null) : count;
  const length = given === undefined ? natural : given;
  if (!oneSided || real) return { length, bins: length, real };
  return { length, bins: typeof length === "number" ? Math.floor(length / 2) + 1 : null, real };
}

/** The second half of a spectrum whose signal is real: the first one's conjugate, backwards. */
function mirrored({ real, imaginary }: { readonly real: Tensor; readonly imaginary: Tensor | null }, count: number, length: number): { readonly real: Tensor; readonly imaginary: Tensor | null } {
  const g = real.builder;
  const half = Math.floor(length / 2) + 1;
  const last = real.rank - 1;
  const order = Array.from({ length }, (_, k) => Math.min(k < half ? k : length - k, count - 1));
  const gathered = (x: Tensor): Tensor => g.op("Gather", [x, g.constant({ type: "int64", dims: [length], data: BigInt64Array.from(order, BigInt) })], { axis: last });
  const signs = g.constant({ type: "float32", dims: [length], data: Float32Array.from({ length }, (_, k) => (k < half ? 1 : -1)) });
  return { real: gathered(real), imaginary: imaginary === null ? null : g.op("Mul", [gathered(imaginary), g.op("CastLike", [signs, imaginary])]) };
}
