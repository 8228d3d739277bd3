import type { z } from "zod";
import type { Kind } from "../defineKind.js";
import type { RandomStream } from "../random/stream.js";

/** What an initializer sees of the tensor that it fills. */
export interface InitializedTensor {
  readonly shape: readonly number[];
  /** Values that one unit takes in. */
  readonly fanIn: number;
  /** Units that one value goes to. */
  readonly fanOut: number;
  /** Axis of the units: 1 in a dense weight [in, out], 0 in a convolution's [out, in, kh, kw]. */
  readonly outputAxis: number;
}

export interface InitializerKind extends Kind {
  /** Elements of the tensor, row-major. */
  readonly fill: (args: Readonly<Record<string, unknown>>, tensor: InitializedTensor, random: RandomStream) => Float32Array;
}

/** Declares an initializer; `fill` gets its arguments checked. */
export function defineInitializer<A extends z.ZodObject>(
  definition: Kind<A> & { readonly fill: (args: z.output<A>, tensor: InitializedTensor, random: RandomStream) => Float32Array },
): InitializerKind {
  return definition as unknown as InitializerKind;
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** Elements drawn from N(0, std^2). */
export function fillNormal(tensor: InitializedTensor, random: RandomStream, std: number): Float32Array {
  return Float32Array.from({ length: sizeOf(tensor.shape) }, () => std * random.normal());
}

/** Elements drawn from U(-limit, limit). */
export function fillUniform(tensor: InitializedTensor, random: RandomStream, limit: number): Float32Array {
  return Float32Array.from({ length: sizeOf(tensor.shape) }, () => limit * (2 * random.uniform() - 1));
}
