import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { defineLayer } from "./defineLayer.js";

/** Axes in another order */
export const permute = defineLayer({
  kind: "permute",
  summary: "The axes of an example in another order.",
  main: "order",
  arguments: z.strictObject({ order: z.array(z.int().min(0)).min(1).describe("Axes of the input in their new order, from 0, without the batch: [1, 0] transposes.") }),
  shapes(args, { shape }) {
    const isOrder = args.order.length === shape.length && shape.every((_, axis) => args.order.includes(axis));
    if (!isOrder) throw new DescentError("shape-mismatch", `[${args.order.join(", ")}] is no order of the axes of the input [${shape.join(", ")}]: it must name each of ${shape.map((_, axis) => axis).join(", ")} once.`);
    return { input: shape, output: args.order.map((axis) => shape[axis]), parameters: [], operations: 0 };
  },
  build: (args, x) => x.builder.op("Transpose", [x], { perm: [0, ...args.order.map((axis) => axis + 1)] }),
});
