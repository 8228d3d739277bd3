import type { Node } from "../graph/types.js";

/** Window of a two-dimensional convolution or pool with its padding in numbers. */
export interface WindowAttributes {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

/** An integer attribute of a node. */
export function intOf(node: Node, name: string, standard: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === "int" ? attribute.value : standard;
}

/** The window of a Conv (with its weights' dimensions) or pool over [N, C, H, W]; null where auto_pad asks for SAME, which we do not write, or the kernel is not of two dimensions. */
export function windowAttributes(node: Node, weights: readonly number[] | null): WindowAttributes | null {
  const ints = (name: string, standard: readonly number[]): readonly number[] => {
    const attribute = node.attributes[name];
    return attribute?.kind === "ints" ? attribute.value : standard;
  };
  const auto = node.attributes.auto_pad;
  if (auto?.kind === "string" && auto.value !== "NOTSET" && auto.value !== "VALID") return null;
  const kernel = ints("kernel_shape", weights?.slice(2) ?? []);
  if (kernel.length !== 2) return null;
  return {
    kernel: kernel as [number, number],
    strides: ints("strides", [1, 1]) as [number, number],
    dilations: ints("dilations", [1, 1]) as [number, number],
    pads: ints("pads", [0, 0, 0, 0]) as [number, number, number, number],
  };
}

/** A float attribute of a node. */
export function floatOf(node: Node, name: string, standard: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === "float" ? attribute.value : standard;
}
