/**
 * Dropout without a hidden state: a seeded table of mask values is an input of the graph, and each layer slices its mask
 * from it at an offset that is a function of the seed and the step. Exact, resumable, and the price of a copy.
 */
import type { ConstantTensor } from "../graph/types.js";
import { RandomStream } from "../random/stream.js";

/** Values in a table where the layers' activations are smaller. */
const usualLength = 2 ** 20;

/** Length of a table from which masks of up to `largest` values are sliced: at least twice that, so that offsets vary. */
export function tableLength(largest: number): number {
  return Math.max(usualLength, 2 * largest);
}

/** What a table holds: masks of dropout with this probability, values from N(0, 1), or from [0, 1). */
export type Draw = number | "normal" | "uniform";

/** For a rate 0 with that probability, 1 / (1 - rate) else; normal: N(0, 1); uniform: [0, 1), in steps of 2^-24 so that float32 holds it. float32 [length]. */
export function dropoutTable(seed: number, rate: Draw, length: number): ConstantTensor {
  const random = new RandomStream(seed, `dropout/${rate}`);
  if (rate === "normal") return { type: "float32", dims: [length], data: Float32Array.from({ length }, () => random.normal()) };
  if (rate === "uniform") return { type: "float32", dims: [length], data: Float32Array.from({ length }, () => Math.floor(random.bits() / 256) / 2 ** 24) };
  const threshold = rate * 2 ** 32;
  const kept = 1 / (1 - rate);
  const data = new Float32Array(length);
  for (let i = 0; i < length; i++) data[i] = random.bits() < threshold ? 0 : kept;
  return { type: "float32", dims: [length], data };
}

/** Where each mask of this step (from 0) starts and ends in its table, [masks, 2], written from `offset` on. */
export function writeMaskSlices(seed: number, step: number, masks: readonly { readonly size: number; readonly length: number }[], into: BigInt64Array, offset: number): void {
  const random = new RandomStream(seed, "dropout-offsets", step);
  masks.forEach(({ size, length }, i) => {
    const start = random.below(length - size + 1);
    into[offset + 2 * i] = BigInt(start);
    into[offset + 2 * i + 1] = BigInt(start + size);
  });
}
