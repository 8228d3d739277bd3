import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { chooseInitializer } from "../initializers/registry.js";
import { activate, activationName, paddingSchema, sizeSchema, weightInit, weightedArguments } from "./arguments.js";
import { asInput, exampleShape } from "./channels.js";
import { defineLayer } from "./defineLayer.js";
import { slide, withChannels } from "./window.js";

const conv2dArguments = z.strictObject({
  filters: z.int().min(1).describe("Number of output channels."),
  kernel: sizeSchema.default(3).describe("Height and width of the window: a number or [height, width]."),
  stride: sizeSchema.default(1).describe("Step of the window: a number or [vertical, horizontal]."),
  padding: paddingSchema.default("valid").describe("valid: none; same: the output is ceil(size / stride); a number: zeros on each side."),
  dilation: sizeSchema.default(1).describe("Distance between the values that a window reads."),
  groups: z.int().min(1).default(1).describe("Channels are convolved in this many separate groups."),
  ...weightedArguments,
});

function windowOf(args: z.output<typeof conv2dArguments>, shape: readonly number[]) {
  return slide("The convolution's kernel", shape, args.kernel, args.stride, args.padding, args.dilation);
}

/** y = f(x * W + b) on [channels, height, width]; W is [filters, channels / groups, kh, kw] */
export const conv2d = defineLayer({
  kind: "conv2d",
  summary: "Two-dimensional convolution over images.",
  main: "filters",
  arguments: conv2dArguments,
  activation: activationName,
  shapes(args, { shape, defaultInit }) {
    const [channels] = withChannels("A convolution", shape);
    if (channels % args.groups !== 0 || args.filters % args.groups !== 0) {
      throw new DescentError("shape-mismatch", `${args.groups} groups divide neither evenly the ${channels} channels of the input [${shape.join(", ")}] nor the ${args.filters} filters; both must be multiples of groups.`);
    }
    const window = windowOf(args, shape);
    const [kh, kw] = window.kernel;
    const fans = { fanIn: (channels / args.groups) * kh * kw, fanOut: (args.filters / args.groups) * kh * kw, outputAxis: 0 };
    const weight = { name: "weight", shape: [args.filters, channels / args.groups, kh, kw], role: "weight" as const, init: weightInit(args, defaultInit), ...fans };
    const bias = { name: "bias", shape: [args.filters], role: "bias" as const, init: chooseInitializer(args.bias_init), ...fans };
    const output = [args.filters, ...window.output];
    return { input: window.input, output, parameters: args.bias ? [weight, bias] : [weight], operations: output[0] * output[1] * output[2] * fans.fanIn };
  },
  build(args, x, { parameter }) {
    const window = windowOf(args, exampleShape(x));
    const inputs = [asInput(x, window.input), parameter("weight"), args.bias ? parameter("bias") : null];
    const { kernel, strides, dilations, pads } = window;
    const y = x.builder.op("Conv", inputs, { kernel_shape: kernel, strides, dilations, pads, group: args.groups });
    return activate(y, args.activation);
  },
});
