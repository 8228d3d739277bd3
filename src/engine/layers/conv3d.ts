import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { activate, activationName, paddingSchema, weightedArguments } from "./arguments.js";
import { asInput, exampleShape } from "./channels.js";
import { kernelSpecs, sizeOver, slideOver } from "./convolutions.js";
import { defineLayer } from "./defineLayer.js";

const conv3dArguments = z.strictObject({
  filters: z.int().min(1).describe("Number of output channels."),
  kernel: sizeOver(3).default(3).describe("Depth, height and width of the window: a number or three."),
  stride: sizeOver(3).default(1).describe("Step of the window: a number or three."),
  padding: paddingSchema.default("valid").describe("valid: none; same: the output is ceil(size / stride); a number: zeros on each side."),
  dilation: sizeOver(3).default(1).describe("Distance between the values that a window reads."),
  groups: z.int().min(1).default(1).describe("Channels are convolved in this many separate groups."),
  ...weightedArguments,
});

/** [channels, depth, height, width]; data without a channel axis get one. */
function volume(shape: readonly number[]): readonly number[] {
  if (shape.length === 3) return [1, ...shape];
  if (shape.length === 4) return shape;
  throw new DescentError("shape-mismatch", `conv3d reads volumes, [channels, depth, height, width]; its input has shape [${shape.join(", ")}].`);
}

/** y = f(x * W + b) on [channels, depth, height, width]; W is [filters, channels / groups, kd, kh, kw] */
export const conv3d = defineLayer({
  kind: "conv3d",
  summary: "Three-dimensional convolution over volumes.",
  main: "filters",
  arguments: conv3dArguments,
  activation: activationName,
  shapes(args, input) {
    const [channels, ...sizes] = volume(input.shape);
    const { kernel, output } = slideOver("The convolution's kernel", sizes, args.kernel, args.stride, args.padding, args.dilation);
    const { parameters, fanIn } = kernelSpecs(args, channels, args.filters, args.groups, kernel, input);
    return { input: [channels, ...sizes], output: [args.filters, ...output], parameters, operations: output.reduce((product, dim) => product * dim, args.filters * fanIn) };
  },
  build(args, x, { parameter }) {
    const shape = volume(exampleShape(x));
    const { kernel, strides, dilations, pads } = slideOver("The convolution's kernel", shape.slice(1), args.kernel, args.stride, args.padding, args.dilation);
    const inputs = [asInput(x, shape), parameter("weight"), args.bias ? parameter("bias") : null];
    return activate(x.builder.op("Conv", inputs, { kernel_shape: kernel, strides, dilations, pads, group: args.groups }), args.activation);
  },
});
