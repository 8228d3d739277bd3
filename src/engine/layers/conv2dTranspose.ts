import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { chooseInitializer } from "../initializers/registry.js";
import { activate, activationName, paddingSchema, sizeSchema, weightInit, weightedArguments } from "./arguments.js";
import { asInput, exampleShape } from "./channels.js";
import { defineLayer, type ParameterSpec } from "./defineLayer.js";
import { pair, withChannels } from "./window.js";

const transposeArguments = z.strictObject({
  filters: z.int().min(1).describe("Number of output channels."),
  kernel: sizeSchema.default(3).describe("Height and width of the window: a number or [height, width]."),
  stride: sizeSchema.default(2).describe("How far the windows of neighbouring inputs lie apart: how much larger the output is."),
  padding: paddingSchema.default("same").describe("same: the output is size x stride; valid: (size - 1) stride + kernel; a number: so much less on each side."),
  ...weightedArguments,
});

/** Height and width of the output, ONNX's pads, and what is missing after them. */
function spread(args: z.output<typeof transposeArguments>, [height, width]: readonly number[]) {
  const [kernel, strides] = [pair(args.kernel), pair(args.stride)];
  const axes = [height, width].map((size, i) => {
    const overlap = kernel[i] - strides[i];
    const cut = args.padding === "same" ? Math.max(overlap, 0) : args.padding === "valid" ? 0 : 2 * args.padding;
    const extra = args.padding === "same" ? Math.max(-overlap, 0) : 0;
    const output = (size - 1) * strides[i] + kernel[i] - cut + extra;
    if (output < 1) throw new DescentError("shape-mismatch", `A padding of ${args.padding} leaves nothing of the transposed convolution's output for an input of ${height} x ${width}.`);
    return { before: Math.floor(cut / 2), after: cut - Math.floor(cut / 2), extra, output };
  });
  return { kernel, strides, pads: [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)], extra: axes.map(({ extra }) => extra), output: axes.map(({ output }) => output) };
}

/** The transpose of a convolution, which spreads every input over a window; W is [channels, filters, kh, kw] */
export const conv2dTranspose = defineLayer({
  kind: "conv2d_transpose",
  summary: "Transposed convolution: makes images larger, with learned windows.",
  main: "filters",
  source: "Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016; PyTorch's ConvTranspose2d",
  arguments: transposeArguments,
  activation: activationName,
  shapes(args, { shape, defaultInit }) {
    const [channels, ...size] = withChannels("conv2d_transpose", shape);
    const { kernel, output } = spread(args, size);
    const fans = { fanIn: channels * kernel[0] * kernel[1], fanOut: args.filters * kernel[0] * kernel[1] };
    const weight: ParameterSpec = { name: "weight", shape: [channels, args.filters, ...kernel], role: "weight", init: weightInit(args, defaultInit), ...fans, outputAxis: 1 };
    const bias: ParameterSpec = { name: "bias", shape: [args.filters], role: "bias", init: chooseInitializer(args.bias_init), ...fans, outputAxis: 0 };
    return { input: [channels, ...size], output: [args.filters, ...output], parameters: args.bias ? [weight, bias] : [weight], operations: size[0] * size[1] * channels * fans.fanOut };
  },
  build(args, x, { parameter }) {
    const input = withChannels("conv2d_transpose", exampleShape(x));
    const { kernel, strides, pads, extra } = spread(args, input.slice(1));
    const graph = x.builder;
    const bias = args.bias ? parameter("bias") : null;
    const image = asInput(x, input);
    if (extra.every((n) => n === 0)) return activate(graph.op("ConvTranspose", [image, parameter("weight"), bias], { kernel_shape: kernel, strides, pads }), args.activation);
    // windows that leave gaps: the last gap, after the last window, is put in by hand
    const sums = graph.op("ConvTranspose", [image, parameter("weight")], { kernel_shape: kernel, strides, pads });
    const whole = graph.op("Pad", [sums, graph.ints([0, 0, 0, 0, 0, 0, ...extra])], { mode: "constant" });
    return activate(bias === null ? whole : graph.op("Add", [whole, graph.op("Reshape", [bias, graph.ints([-1, 1, 1])])]), args.activation);
  },
});
