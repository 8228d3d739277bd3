/** Arithmetic of shapes whose dimensions may be symbols or unknown. */
import { DescentError } from "../../common/errors.js";
import { formatShape } from "./builder.js";
import type { Dim, Shape } from "./types.js";

/** True where both are known to be the same, a symbol included. */
export function sameDim(a: Dim, b: Dim): boolean {
  return a !== null && a === b;
}

/** True where both shapes are known to be the same. */
export function sameShape(a: Shape | null, b: Shape | null): boolean {
  return a !== null && b !== null && a.length === b.length && a.every((dim, i) => sameDim(dim, b[i]));
}

/** True where the shapes cannot be the same: other rank, or two different numbers at a place. */
export function differ(a: Shape | null, b: Shape | null): boolean {
  if (a === null || b === null) return false;
  return a.length !== b.length || a.some((dim, i) => typeof dim === "number" && typeof b[i] === "number" && dim !== b[i]);
}

/** True where every dimension is a number. */
export function isStatic(shape: Shape | null): shape is readonly number[] {
  return shape !== null && shape.every((dim) => typeof dim === "number");
}

/** Of two dimensions known to be equal, the one that says more. */
export function moreKnown(a: Dim, b: Dim): Dim {
  if (typeof a === "number" || b === null) return a;
  return typeof b === "number" || a === null ? b : a;
}

/** One dimension of two operands after broadcasting; undefined where they do not fit. */
function broadcastDim(a: Dim, b: Dim): Dim | undefined {
  if (a === 1) return b;
  if (b === 1) return a;
  if (a === b) return a;
  if (typeof a === "number" && typeof b === "number") return undefined;
  // an unknown dimension beside a number greater than one is that number or one
  if (typeof a === "number") return a;
  return typeof b === "number" ? b : null;
}

/** The common shape of operands by ONNX's (NumPy's) broadcasting; null where a rank is unknown. Throws `shape-mismatch`, naming both. */
export function broadcastShape(a: Shape | null, b: Shape | null): Shape | null {
  if (a === null || b === null) return null;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? (i < rank - a.length ? 1 : null);
    const right = b[i - rank + b.length] ?? (i < rank - b.length ? 1 : null);
    const dim = broadcastDim(left, right);
    if (dim === undefined) throw new DescentError("shape-mismatch", `The shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast.`);
    return dim;
  });
}

/** The product of dimensions: a number, or factors in a fixed order such as `12*batch`; null where one is unknown. */
export function dimProduct(dims: Shape): Dim {
  let number = 1;
  const symbols: string[] = [];
  for (const dim of dims) {
    if (dim === null) return dims.includes(0) ? 0 : null;
    if (typeof dim === "number") number *= dim;
    else for (const factor of dim.split("*")) if (/^\d+$/.test(factor)) number *= Number(factor);
    else symbols.push(factor);
  }
  if (number === 0 || symbols.length === 0) return number;
  symbols.sort();
  return (number === 1 ? symbols : [String(number), ...symbols]).join("*");
}

/** a / b where that is exact and known, else null. */
export function dimQuotient(a: Dim, b: Dim): Dim {
  if (a === null || b === null) return null;
  if (b === 1) return a;
  if (typeof a === "number" && typeof b === "number") return b === 0 ? null : Math.floor(a / b);
  const factors = String(a).split("*");
  let divisor = 1;
  for (const factor of String(b).split("*")) {
    const at = factors.indexOf(factor);
    if (/^\d+$/.test(factor)) divisor *= Number(factor);
    else if (at < 0) return null;
    else factors.splice(at, 1);
  }
  const number = factors.filter((f) => /^\d+$/.test(f)).reduce((product, f) => product * Number(f), 1);
  if (divisor === 0 || number % divisor !== 0) return null;
  return dimProduct([number / divisor, ...factors.filter((f) => !/^\d+$/.test(f))]);
}

/** An axis counted from the front. Throws `axis-out-of-range`. */
export function axisOf(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= rank) throw new DescentError("axis-out-of-range", `Axis ${axis} does not exist in a tensor of ${rank} dimensions.`);
  return positive;
}

/** Axes counted from the front; null means all. */
export function axesOf(axes: readonly number[] | null, rank: number): number[] {
  return axes === null ? Array.from({ length: rank }, (_, i) => i) : axes.map((axis) => axisOf(axis, rank));
}
