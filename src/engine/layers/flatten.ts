import { z } from "zod";
import { defineLayer } from "./defineLayer.js";

/** Every example as one row of values */
export const flatten = defineLayer({
  kind: "flatten",
  summary: "Every example as one row of values.",
  arguments: z.strictObject({}),
  shapes: (_, { shape }) => ({ input: shape, output: [shape.reduce((product, dim) => product * dim, 1)], parameters: [], operations: 0 }),
  build: (_, x) => (x.rank === 2 ? x : x.builder.op("Flatten", [x], { axis: 1 })),
});
