import { DescentError } from "../../../common/errors.js";
import type { Tensor } from "../../graph/builder.js";
import type { Attribute, Node } from "../../graph/types.js";

/** Sizes of a two-dimensional convolution or pool, by axis [height, width]. */
export interface WindowGeometry {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

/** The window of a Conv or pool node over [N, C, H, W], explicit pads only; throws `unsupported-attribute` for others. */
export function windowOf(node: Node, weights: Tensor | null): WindowGeometry {
  const ints = (name: string, length: number, standard: number): number[] => {
    const attribute: Attribute | undefined = node.attributes[name];
    return attribute?.kind === "ints" ? [...attribute.value] : Array<number>(length).fill(standard);
  };
  const autoPad = node.attributes.auto_pad;
  if (autoPad?.kind === "string" && autoPad.value !== "NOTSET") {
    throw new DescentError("unsupported-attribute", `${node.op} ${node.name}: auto_pad ${autoPad.value} has to be written as pads here.`);
  }
  const kernel = node.attributes.kernel_shape?.kind === "ints" ? ints("kernel_shape", 2, 1) : [...(weights?.dims.slice(2) ?? [])];
  return {
    kernel: kernel as [number, number],
    strides: ints("strides", 2, 1) as [number, number],
    dilations: ints("dilations", 2, 1) as [number, number],
    pads: ints("pads", 4, 0) as [number, number, number, number],
  };
}

/** Positions of the window along an axis (0: height, 1: width) of this size. */
export function positions(window: WindowGeometry, axis: 0 | 1, size: number): number {
  const extent = (window.kernel[axis] - 1) * window.dilations[axis] + 1;
  return Math.floor((size + window.pads[axis] + window.pads[axis + 2] - extent) / window.strides[axis]) + 1;
}
