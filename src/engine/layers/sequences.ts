/** Sequences as layers read them: [time, features] for one example. */
import { DescentError } from "../../common/errors.js";
import type { Tensor } from "../graph/builder.js";

/** [time, features]; a row of values is a sequence of one feature. Throws `shape-mismatch` for anything else. */
export function asSequence(what: string, shape: readonly number[]): readonly [number, number] {
  if (shape.length === 1) return [shape[0], 1];
  if (shape.length === 2) return [shape[0], shape[1]];
  throw new DescentError("shape-mismatch", `${what} reads sequences, [time, features]; its input has shape [${shape.join(", ")}].`);
}

/** x [batch, time, features] as [batch, features, time], or back. */
export function swapTimeAndFeatures(x: Tensor): Tensor {
  return x.builder.op("Transpose", [x], { perm: [0, 2, 1] });
}
