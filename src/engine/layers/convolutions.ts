/** What convolutions over one, two and three axes share. */
import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { chooseInitializer } from "../initializers/registry.js";
import { weightInit, type paddingSchema, type weightedArguments } from "./arguments.js";
import type { ParameterSpec, ShapeInput } from "./defineLayer.js";

/** Where windows fall along any number of axes. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** ONNX's order: before each axis, then after each. */
  readonly pads: readonly number[];
  readonly output: readonly number[];
}

/** One number for every axis, or one for each. */
export function sizeOver(axes: number) {
  const count = z.int().min(1);
  return axes === 1 ? z.union([count]) : z.union([count, z.tuple(Array.from({ length: axes }, () => count) as [typeof count, ...(typeof count)[]])]);
}

type Sizes = number | readonly number[];
type Padding = z.infer<typeof paddingSchema>;

/** `same` gives ceil(size / stride) positions, the odd pad after; a number pads each side. Throws `shape-mismatch` for windows that do not fit. */
export function slideOver(what: string, sizes: readonly number[], kernel: Sizes, stride: Sizes, padding: Padding, dilation: Sizes): Windows {
  const each = (value: Sizes): readonly number[] => (typeof value === "number" ? sizes.map(() => value) : value);
  const [kernels, strides, dilations] = [each(kernel), each(stride), each(dilation)];
  const extents = kernels.map((k, i) => (k - 1) * dilations[i] + 1);
  const totals = sizes.map((size, i) => (padding === "valid" ? 0 : padding === "same" ? Math.max((Math.ceil(size / strides[i]) - 1) * strides[i] + extents[i] - size, 0) : 2 * padding));
  const tooLarge = sizes.findIndex((size, i) => extents[i] > size + totals[i]);
  if (tooLarge >= 0) {
    throw new DescentError("shape-mismatch", `${what} spans ${extents[tooLarge]} values and does not fit into its input of shape [${sizes.join(", ")}]. Use a smaller one, or padding: same.`);
  }
  const before = totals.map((total) => Math.floor(total / 2));
  return {
    kernel: kernels, strides, dilations,
    pads: [...before, ...totals.map((total, i) => total - before[i])],
    output: sizes.map((size, i) => Math.floor((size + totals[i] - extents[i]) / strides[i]) + 1),
  };
}

type WeightedArguments = z.output<z.ZodObject<typeof weightedArguments>>;

/** The kernels [filters, channels / groups, ...kernel] and the bias. Throws `shape-mismatch` where groups do not divide. */
export function kernelSpecs(args: WeightedArguments, channels: number, filters: number, groups: number, kernel: readonly number[], { defaultInit }: ShapeInput): { readonly parameters: readonly ParameterSpec[]; readonly fanIn: number } {
  if (channels % groups !== 0 || filters % groups !== 0) {
    throw new DescentError("shape-mismatch", `${groups} groups divide neither evenly the ${channels} channels of the input nor the ${filters} filters; both must be multiples of groups.`);
  }
  const area = kernel.reduce((product, k) => product * k, 1);
  const fans = { fanIn: (channels / groups) * area, fanOut: (filters / groups) * area, outputAxis: 0 };
  const weight: ParameterSpec = { name: "weight", shape: [filters, channels / groups, ...kernel], role: "weight", init: weightInit(args, defaultInit), ...fans };
  const bias: ParameterSpec = { name: "bias", shape: [filters], role: "bias", init: chooseInitializer(args.bias_init), ...fans };
  return { parameters: args.bias ? [weight, bias] : [weight], fanIn: fans.fanIn };
}
