/** max_pool and avg_pool: windows without weights. */
import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { paddingSchema, sizeSchema } from "./arguments.js";
import type { LayerShapes } from "./defineLayer.js";
import { slide, type Window } from "./window.js";

export const poolArguments = z.strictObject({
  size: sizeSchema.default(2).describe("Height and width of the window: a number or [height, width]."),
  stride: sizeSchema.optional().describe("Step of the window. Default: its size."),
  padding: paddingSchema.default("valid").describe("valid: none; same: the output is ceil(size / stride); a number: on each side, at most half the window."),
});
type PoolArguments = z.output<typeof poolArguments>;

export function poolWindow(args: PoolArguments, shape: readonly number[]): Window {
  const window = slide("The pool's window", shape, args.size, args.stride ?? args.size, args.padding);
  const [top, left] = window.pads;
  if (typeof args.padding === "number" && (2 * top > window.kernel[0] || 2 * left > window.kernel[1])) {
    throw new DescentError("shape-mismatch", `A padding of ${args.padding} is more than half the pool's window of ${window.kernel.join(" x ")}: some windows would hold nothing but padding.`);
  }
  return window;
}

export function poolShapes(args: PoolArguments, shape: readonly number[]): LayerShapes {
  const window = poolWindow(args, shape);
  return { input: window.input, output: [window.input[0], ...window.output], parameters: [], operations: 0 };
}

