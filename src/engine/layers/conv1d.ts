import { z } from "zod";
import { activate, activationName, paddingSchema, weightedArguments } from "./arguments.js";
import { asInput, exampleShape } from "./channels.js";
import { kernelSpecs, slideOver } from "./convolutions.js";
import { defineLayer } from "./defineLayer.js";
import { asSequence, swapTimeAndFeatures } from "./sequences.js";

const count = z.int().min(1);
const conv1dArguments = z.strictObject({
  filters: count.describe("Number of output features."),
  kernel: count.default(3).describe("Steps of the window."),
  stride: count.default(1).describe("Step of the window."),
  padding: paddingSchema.default("valid").describe("valid: none; same: the output is ceil(time / stride); a number: zeros on each side."),
  dilation: count.default(1).describe("Distance between the steps that a window reads."),
  groups: count.default(1).describe("Features are convolved in this many separate groups."),
  ...weightedArguments,
});

/** y = f(x * W + b) on [time, features]; W is [filters, features / groups, kernel] */
export const conv1d = defineLayer({
  kind: "conv1d",
  summary: "Convolution over time, on [time, features].",
  main: "filters",
  arguments: conv1dArguments,
  activation: activationName,
  shapes(args, input) {
    const [time, features] = asSequence("conv1d", input.shape);
    const { kernel, output } = slideOver("The convolution's kernel", [time], args.kernel, args.stride, args.padding, args.dilation);
    const { parameters, fanIn } = kernelSpecs(args, features, args.filters, args.groups, kernel, input);
    return { input: [time, features], output: [...output, args.filters], parameters, operations: output[0] * args.filters * fanIn };
  },
  build(args, x, { parameter }) {
    const [time, features] = asSequence("conv1d", exampleShape(x));
    const { kernel, strides, dilations, pads } = slideOver("The convolution's kernel", [time], args.kernel, args.stride, args.padding, args.dilation);
    const inputs = [swapTimeAndFeatures(asInput(x, [time, features])), parameter("weight"), args.bias ? parameter("bias") : null];
    const y = x.builder.op("Conv", inputs, { kernel_shape: kernel, strides, dilations, pads, group: args.groups });
    return activate(swapTimeAndFeatures(y), args.activation);
  },
});
