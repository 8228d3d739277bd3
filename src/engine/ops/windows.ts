/** The geometry of convolution and pooling: kernel, strides, dilations, padding, and the sizes that follow. */
import { DescentError } from "../../common/errors.js";
import type { Dim, Shape } from "../graph/types.js";
import type { Call } from "./defineOperator.js";

/** Windows over spatial dimensions; lists go by dimension. `before` and `after` are null where auto_pad needs an unknown size. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[] | null;
  readonly after: readonly number[] | null;
  readonly ceil: boolean;
}

/** The windows of a call over inputs of these spatial sizes; `kernel` from the attribute or, for Conv, the weights. */
export function windowsOf(call: Call, sizes: readonly Dim[], weightKernel: readonly number[] | null = null): Windows {
  const kernel = call.ints("kernel_shape") ?? weightKernel;
  if (kernel === null) throw new DescentError("shape-unknown", "The size of the kernel is not known.");
  if (kernel.length !== sizes.length) {
    throw new DescentError("shape-mismatch", `A kernel of ${kernel.length} dimensions does not fit an input of ${sizes.length} spatial dimensions.`);
  }
  const ones = kernel.map(() => 1);
  const strides = call.ints("strides") ?? ones;
  const dilations = call.ints("dilations") ?? ones;
  const pads = padding(call, { kernel, strides, dilations }, sizes);
  return { kernel, strides, dilations, before: pads?.slice(0, kernel.length) ?? null, after: pads?.slice(kernel.length) ?? null, ceil: call.int("ceil_mode", 0) === 1 };
}

function padding(call: Call, { kernel, strides, dilations }: Pick<Windows, "kernel" | "strides" | "dilations">, sizes: readonly Dim[]): readonly number[] | null {
  const mode = call.text("auto_pad", "NOTSET");
  if (mode === "NOTSET") return call.ints("pads") ?? kernel.flatMap(() => [0, 0]);
  if (mode === "VALID") return kernel.flatMap(() => [0, 0]);
  const totals = kernel.map((k, i) => {
    const extent = (k - 1) * dilations[i] + 1;
    // with stride 1 the padding does not depend on the size
    if (strides[i] === 1) return extent - 1;
    const size = sizes[i];
    return typeof size === "number" ? Math.max((Math.ceil(size / strides[i]) - 1) * strides[i] + extent - size, 0) : null;
  });
  if (totals.includes(null)) return null;
  const small = (totals as number[]).map((total) => Math.floor(total / 2));
  const large = (totals as number[]).map((total) => Math.ceil(total / 2));
  return mode === "SAME_UPPER" ? [...small, ...large] : [...large, ...small];
}

/** How far a kernel reaches, dilation included. */
export function extents({ kernel, dilations }: Windows): readonly number[] {
  return kernel.map((k, i) => (k - 1) * dilations[i] + 1);
}

/** Spatial sizes of the output. Throws `shape-mismatch` where the kernel is larger than the padded input. */
export function windowCounts(windows: Windows, sizes: readonly Dim[]): Shape {
  const extent = extents(windows);
  return sizes.map((size, i) => {
    const stride = windows.strides[i];
    if (windows.before === null || windows.after === null) return typeof size === "number" ? Math.ceil(size / stride) : null;
    const padding = windows.before[i] + windows.after[i];
    if (typeof size !== "number") return stride === 1 && padding === extent[i] - 1 ? size : null;
    const room = size + padding - extent[i];
    if (room < 0) throw new DescentError("shape-mismatch", `A kernel that reaches over ${extent[i]} positions does not fit into ${size + padding}, padding included.`);
    if (!windows.ceil) return Math.floor(room / stride) + 1;
    const count = Math.ceil(room / stride) + 1;
    // a last window that would begin in the padding after the input is dropped
    return (count - 1) * stride >= size + windows.before[i] ? count - 1 : count;
  });
}
