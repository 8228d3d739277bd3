import { z } from "zod";
import { defineLayer } from "./defineLayer.js";

/** y = x for x > 0, a x otherwise, with one learned a a channel */
export const prelu = defineLayer({
  kind: "prelu",
  summary: "A leaky ReLU whose slope for negative x is learned, one a channel (one a unit after dense).",
  source: "He et al., Delving Deep into Rectifiers, 2015",
  arguments: z.strictObject({ init: z.number().default(0.25).describe("The slope to start with.") }),
  main: "init",
  activation: () => "prelu",
  shapes(args, { shape }) {
    const slopes = shape.length >= 3 ? [shape[0], ...shape.slice(1).map(() => 1)] : [shape[shape.length - 1]];
    const init = { kind: "constant", arguments: { value: args.init } };
    return { input: shape, output: shape, parameters: [{ name: "slope", shape: slopes, role: "normalization", init, fanIn: 1, fanOut: 1, outputAxis: 0 }], operations: 0 };
  },
  build: (_, x, { parameter }) => x.builder.op("PRelu", [x, parameter("slope")]),
});
