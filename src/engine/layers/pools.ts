/** max_pool and avg_pool: windows without weights, over images, volumes and sequences. */
import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { formatShape, type Tensor } from "../graph/builder.js";
import { paddingSchema } from "./arguments.js";
import { asInput, exampleShape } from "./channels.js";
import { slideOver, type Windows } from "./convolutions.js";
import type { BuildContext, LayerShapes, ShapeInput } from "./defineLayer.js";
import { swapTimeAndFeatures } from "./sequences.js";
import { withChannels } from "./window.js";

const count = z.int().min(1);
const size = z.union([count, z.tuple([count, count]), z.tuple([count, count, count])]);

export const poolArguments = z.strictObject({
  size: size.default(2).describe("Height and width of the window: a number or [height, width]; of sequences the steps, of volumes also [depth, height, width]."),
  stride: size.optional().describe("Step of the window. Default: its size."),
  padding: paddingSchema.default("valid").describe("valid: none; same: the output is ceil(size / stride); a number: on each side, at most half the window."),
});
type PoolArguments = z.output<typeof poolArguments>;

/** Where the windows fall: over time, or over all axes but the channels. */
interface PoolWindows extends Windows {
  /** The input as the pool reads it: [time, features], or with its channels first. */
  readonly input: readonly number[];
}

function poolWindows(args: PoolArguments, shape: readonly number[], isSequence: boolean): PoolWindows {
  const input = isSequence || shape.length === 4 ? shape : withChannels("The pool's window", shape);
  const sizes = isSequence ? [shape[0]] : input.slice(1);
  const lengths = (given: PoolArguments["size"]): readonly number[] => {
    const each = typeof given === "number" ? sizes.map(() => given) : given;
    if (each.length !== sizes.length) throw new DescentError("shape-mismatch", `[${each.join(", ")}] is given for ${each.length} axes, and the pool's input ${formatShape(shape)} has ${sizes.length} to pool over.`);
    return each;
  };
  const windows = slideOver("The pool's window", sizes, lengths(args.size), lengths(args.stride ?? args.size), args.padding, 1);
  if (typeof args.padding === "number" && windows.kernel.some((k) => 2 * Number(args.padding) > k)) {
    throw new DescentError("shape-mismatch", `A padding of ${args.padding} is more than half the pool's window of ${windows.kernel.join(" x ")}: some windows would hold nothing but padding.`);
  }
  return { ...windows, input };
}

export function poolShapes(args: PoolArguments, { shape, isSequence }: ShapeInput): LayerShapes {
  const { input, output } = poolWindows(args, shape, isSequence);
  return { input, output: isSequence ? [output[0], shape[1]] : [input[0], ...output], parameters: [], operations: 0 };
}

/** x pooled by this operator of ONNX. */
export function pooled(op: "MaxPool" | "AveragePool", args: PoolArguments, x: Tensor, { isSequence }: BuildContext): Tensor {
  const { input, kernel, strides, pads } = poolWindows(args, exampleShape(x), isSequence);
  const attributes = { kernel_shape: kernel, strides, pads, ...(op === "AveragePool" ? { count_include_pad: 0 } : {}) };
  if (isSequence) return swapTimeAndFeatures(x.builder.op(op, [swapTimeAndFeatures(x)], attributes));
  return x.builder.op(op, [asInput(x, input)], attributes);
}
