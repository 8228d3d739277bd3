import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { defineLayer } from "./defineLayer.js";

/** The same values in another shape */
export const reshape = defineLayer({
  kind: "reshape",
  summary: "The same values in another shape.",
  main: "shape",
  arguments: z.strictObject({ shape: z.array(z.int().min(1)).min(1).describe("Shape of one example, without the batch.") }),
  shapes(args, { shape }) {
    const size = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);
    if (size(args.shape) !== size(shape)) throw new DescentError("shape-mismatch", `[${args.shape.join(", ")}] holds ${size(args.shape)} values and the input [${shape.join(", ")}] ${size(shape)}: they must be as many.`);
    return { input: shape, output: args.shape, parameters: [], operations: 0 };
  },
  build: (args, x) => x.builder.op("Reshape", [x, x.builder.ints([-1, ...args.shape])]),
});
