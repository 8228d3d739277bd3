import { z } from "zod";
import type { Tensor } from "../graph/builder.js";
import { asInput, exampleShape } from "./channels.js";
import { defineLayer } from "./defineLayer.js";
import { withChannels } from "./window.js";

/** Images `factor` times as high and wide: every value repeated, or in between by distance */
export const upsample = defineLayer({
  kind: "upsample",
  summary: "Makes images larger by a whole factor.",
  main: "factor",
  source: "PyTorch's Upsample, align_corners=False",
  arguments: z.strictObject({
    factor: z.int().min(1).default(2).describe("How many times as high and wide."),
    mode: z.enum(["nearest", "bilinear"]).default("nearest").describe("nearest: every value is repeated; bilinear: values between neighbours by distance."),
  }),
  shapes(args, { shape }) {
    const input = withChannels("upsample", shape);
    return { input, output: [input[0], input[1] * args.factor, input[2] * args.factor], parameters: [], operations: 0 };
  },
  build(args, x) {
    const graph = x.builder;
    const [channels, height, width] = withChannels("upsample", exampleShape(x));
    const image = asInput(x, [channels, height, width]);
    const { factor } = args;
    if (args.mode === "bilinear") {
      const rows = graph.op("MatMul", [interpolation(graph, height, factor, false), image]);
      return graph.op("MatMul", [rows, interpolation(graph, width, factor, true)]);
    }
    const spread = graph.op("Reshape", [image, graph.ints([-1, height, 1, width, 1])]);
    const repeated = graph.op("Expand", [spread, graph.ints([1, 1, factor, 1, factor])]);
    return graph.op("Reshape", [repeated, graph.ints([-1, channels, height * factor, width * factor])]);
  },
});

/** [size factor, size]: what each value of the result takes from each of the source; `transposed` for the right-hand side of a product. */
function interpolation(graph: Tensor["builder"], size: number, factor: number, transposed: boolean): Tensor {
  const data = new Float32Array(size * factor * size);
  const at = (i: number, j: number): number => (transposed ? j * size * factor + i : i * size + j);
  for (let i = 0; i < size * factor; i++) {
    const source = Math.max((i + 0.5) / factor - 0.5, 0);
    const low = Math.min(Math.floor(source), size - 1);
    const share = source - low;
    data[at(i, low)] += 1 - share;
    data[at(i, Math.min(low + 1, size - 1))] += share;
  }
  return graph.constant({ type: "float32", dims: transposed ? [size, size * factor] : [size * factor, size], data });
}
