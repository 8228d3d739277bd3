import { DescentError } from "../../common/errors.js";
import { formatShape, type Tensor } from "../graph/builder.js";

/** The shape of one example of x [batch, ...]; the batch may be symbolic. Throws `shape-unknown` where another dimension is not known. */
export function exampleShape(x: Tensor): readonly number[] {
  const shape = x.shape?.slice(1) ?? [null];
  if (shape.some((dim) => typeof dim !== "number")) throw new DescentError("shape-unknown", `The shape of ${x.name} is not fully known: ${formatShape(x.shape)}.`);
  return shape as number[];
}

/** x as [batch, ...input]: puts the channel axis in that a layer reads and the data lack. */
export function asInput(x: Tensor, input: readonly number[]): Tensor {
  return x.rank === input.length + 1 ? x : x.builder.op("Reshape", [x, x.builder.ints([-1, ...input])]);
}
