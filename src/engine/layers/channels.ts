import type { Tensor } from "../graph/builder.js";

/** x as [batch, ...input]: puts the channel axis in that a layer reads and the data lack. */
export function asInput(x: Tensor, input: readonly number[]): Tensor {
  return x.rank === input.length + 1 ? x : x.builder.op("Reshape", [x, x.builder.ints([-1, ...input])]);
}
