/** Values that are put together from parts in a known way: the sum of two of them is put together from the sums of their parts. */
import type { Tensor } from "./builder.js";
import { add } from "./functions.js";

/** Parts in a known order; null stands for zeros. */
export type Parts = readonly (Tensor | null)[];

interface Assembly {
  /** Values of the same way have parts of the same shapes, part by part. */
  readonly way: string;
  readonly parts: Parts;
  readonly assemble: (parts: Parts) => Tensor;
}

const assemblies = new WeakMap<Tensor, Assembly>();

/** The value that `assemble` makes of the parts, which must be linear in them; `way` names what it does, sizes included. */
export function assembled(way: string, parts: Parts, assemble: (parts: Parts) => Tensor): Tensor {
  const whole = assemble(parts);
  assemblies.set(whole, { way, parts, assemble });
  return whole;
}

/** a + b of two values that were put together in the same way, so that only one has to be; null for others. */
export function sumByParts(a: Tensor, b: Tensor): Tensor | null {
  const [one, other] = [assemblies.get(a), assemblies.get(b)];
  if (one === undefined || one.way !== other?.way) return null;
  return assembled(one.way, one.parts.map((part, i) => sumOf(part, other.parts[i])), one.assemble);
}

function sumOf(a: Tensor | null, b: Tensor | null): Tensor | null {
  return a === null ? b : b === null ? a : add(a, b);
}
