import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import type { Tensor } from "../graph/builder.js";
import { asInput, exampleShape } from "./channels.js";
import { defineLayer } from "./defineLayer.js";
import { withChannels } from "./window.js";

const fractionalArguments = z.strictObject({
  ratio: z.number().gt(0).describe("Size of the output over that of the input, 0.7; above 1 that of the input over the output, 1.41."),
  size: z.int().min(1).default(2).describe("Height and width of the windows, which overlap."),
});

/** The largest value of windows whose places are drawn: window i of n starts at floor(alpha (i + u)) - floor(alpha u), alpha = (size - window) / (n - 1) */
export const fractionalMaxPool = defineLayer({
  kind: "fractional_max_pool",
  summary: "The largest value of each window, the windows lying at distances that vary about the ratio and are drawn anew each step; at inference u is 1/2.",
  main: "ratio",
  source: "Graham, Fractional Max-Pooling, 2014 (pseudorandom, overlapping); PyTorch's FractionalMaxPool2d, with one draw of u a step",
  arguments: fractionalArguments,
  shapes(args, { shape }) {
    const input = withChannels("A fractional pool", shape);
    const output = [input[1], input[2]].map((size) => Math.floor(args.ratio > 1 ? size / args.ratio : size * args.ratio));
    const fits = output.every((size, i) => size >= 1 && size + args.size - 1 <= input[i + 1]);
    if (!fits) throw new DescentError("shape-mismatch", `A ratio of ${args.ratio} makes ${output.join(" x ")} windows of ${args.size} x ${args.size} out of the input [${input.join(", ")}]: they do not fit.`);
    return { input, output: [input[0], ...output], parameters: [], operations: 0 };
  },
  build(args, x, { mode, uniform, output }) {
    const graph = x.builder;
    const [channels, height, width] = withChannels("A fractional pool", exampleShape(x));
    const drawn = mode === "training" ? graph.ops("Split", [uniform(2)], { axis: 0, num_outputs: 2 }, { outputs: 2 }) : [graph.scalar(0.5), graph.scalar(0.5)];
    const rows = windowsMax(asInput(x, [channels, height, width]), 2, output[1], args.size, drawn[0]);
    return windowsMax(rows, 3, output[2], args.size, drawn[1]);
  },
});

/** The largest of each of `count` windows along one axis of x; u in [0, 1). */
function windowsMax(x: Tensor, axis: number, count: number, window: number, u: Tensor): Tensor {
  const graph = x.builder;
  const last = exampleShape(x)[axis - 1] - window;
  const inner = Float32Array.from({ length: count - 1 }, (_, i) => i);
  const alpha = graph.scalar(count > 1 ? last / (count - 1) : 0);
  const stretched = graph.op("Floor", [graph.op("Mul", [graph.op("Add", [graph.constant({ type: "float32", dims: [count - 1], data: inner }), u]), alpha])]);
  const starts = graph.op("Sub", [stretched, graph.op("Floor", [graph.op("Mul", [u, alpha])])]);
  const all = graph.op("Concat", [graph.op("Cast", [starts], { to: 7 }), graph.ints([last])], { axis: 0 });
  const values = Array.from({ length: window }, (_, i) => graph.op("Gather", [x, i === 0 ? all : graph.op("Add", [all, graph.ints([i])])], { axis }));
  return values.length === 1 ? values[0] : graph.op("Max", values);
}
