import { z } from "zod";
import { activate, activationName, paddingSchema, sizeSchema, weightedArguments } from "./arguments.js";
import { asInput, exampleShape } from "./channels.js";
import { kernelSpecs } from "./convolutions.js";
import { defineLayer } from "./defineLayer.js";
import { slide, withChannels } from "./window.js";

const depthwiseArguments = z.strictObject({
  kernel: sizeSchema.default(3).describe("Height and width of the window: a number or [height, width]."),
  stride: sizeSchema.default(1).describe("Step of the window: a number or [vertical, horizontal]."),
  padding: paddingSchema.default("valid").describe("valid: none; same: the output is ceil(size / stride); a number: zeros on each side."),
  dilation: sizeSchema.default(1).describe("Distance between the values that a window reads."),
  multiplier: z.int().min(1).default(1).describe("Output channels for each input channel."),
  ...weightedArguments,
});

/** y = f(x * W + b), every channel by itself; W is [channels multiplier, 1, kh, kw] */
export const depthwiseConv2d = defineLayer({
  kind: "depthwise_conv2d",
  summary: "Convolution of every channel by itself.",
  main: "kernel",
  source: "Chollet, Xception, 2016",
  arguments: depthwiseArguments,
  activation: activationName,
  shapes(args, input) {
    const [channels] = withChannels("depthwise_conv2d", input.shape);
    const window = slide("The convolution's kernel", input.shape, args.kernel, args.stride, args.padding, args.dilation);
    const filters = channels * args.multiplier;
    const { parameters, fanIn } = kernelSpecs(args, channels, filters, channels, window.kernel, input);
    return { input: window.input, output: [filters, ...window.output], parameters, operations: filters * window.output[0] * window.output[1] * fanIn };
  },
  build(args, x, { parameter }) {
    const { input, kernel, strides, dilations, pads } = slide("The convolution's kernel", exampleShape(x), args.kernel, args.stride, args.padding, args.dilation);
    const inputs = [asInput(x, input), parameter("weight"), args.bias ? parameter("bias") : null];
    return activate(x.builder.op("Conv", inputs, { kernel_shape: kernel, strides, dilations, pads, group: input[0] }), args.activation);
  },
});
