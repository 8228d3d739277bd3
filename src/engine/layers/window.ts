/** Sliding windows over [channels, height, width], as convolutions and pools have them. */
import { DescentError } from "../../common/errors.js";
import type { Padding, Size } from "./arguments.js";

export interface Window {
  /** The input with its channel axis: [channels, height, width]. */
  readonly input: readonly [number, number, number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** ONNX's order: top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  /** [height, width] of the output. */
  readonly output: readonly [number, number];
}

/** One number stands for both axes. */
export function pair(size: Size): readonly [number, number] {
  return typeof size === "number" ? [size, size] : size;
}

/**
 * Where a window falls. `same` gives ceil(size / stride) positions, the odd pad after (ONNX's SAME_UPPER); a number pads
 * each side. Throws `shape-mismatch` for inputs that are no images and for windows that do not fit.
 */
export function slide(what: string, shape: readonly number[], kernel: Size, stride: Size, padding: Padding, dilation: Size = 1): Window {
  const input = withChannels(what, shape);
  const [kernels, strides, dilations] = [pair(kernel), pair(stride), pair(dilation)];
  const before: number[] = [];
  const after: number[] = [];
  const output: number[] = [];
  for (const axis of [0, 1]) {
    const size = input[axis + 1];
    const extent = (kernels[axis] - 1) * dilations[axis] + 1;
    let total = 0;
    if (padding === "same") total = Math.max((Math.ceil(size / strides[axis]) - 1) * strides[axis] + extent - size, 0);
    else if (padding !== "valid") total = 2 * padding;
    before.push(Math.floor(total / 2));
    after.push(total - before[axis]);
    if (extent > size + total) {
      const side = axis === 0 ? "high" : "wide";
      throw new DescentError(
        "shape-mismatch",
        `${what} is ${extent} ${side} and does not fit into its input of shape [${input.join(", ")}]${total > 0 ? ` with ${total} of padding` : ""}. Use a smaller one, or padding: same.`,
      );
    }
    output.push(Math.floor((size + total - extent) / strides[axis]) + 1);
  }
  return { input, kernel: kernels, strides, dilations, pads: [before[0], before[1], after[0], after[1]], output: [output[0], output[1]] };
}

/** [channels, height, width]; data of [height, width] gets one channel. */
export function withChannels(what: string, shape: readonly number[]): readonly [number, number, number] {
  if (shape.length === 2) return [1, shape[0], shape[1]];
  if (shape.length === 3) return [shape[0], shape[1], shape[2]];
  throw new DescentError("shape-mismatch", `${what} reads images, [channels, height, width] or [height, width]; its input has shape [${shape.join(", ")}].`);
}
