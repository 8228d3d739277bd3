import { z } from "zod";
import { exampleShape } from "./channels.js";
import { defineLayer } from "./defineLayer.js";
import { asSequence } from "./sequences.js";

/** y = x; steps whose every value is `value` count for nothing: they leave recurrent states, attention and the loss */
export const masking = defineLayer({
  kind: "masking",
  summary: "Steps whose values all equal one value are padding: recurrent states pass them unchanged, attention does not see them, and they leave means over time and the loss.",
  main: "value",
  source: "Keras's Masking; the final state is that of PyTorch's packed sequences",
  arguments: z.strictObject({ value: z.number().default(0).describe("What padding is filled with, as the layer reads it: after scaling.") }),
  shapes(_, { shape }) {
    asSequence("masking", shape);
    return { input: shape, output: shape, parameters: [], operations: 0 };
  },
  build(args, x, { countSteps }) {
    const graph = x.builder;
    const differs = graph.op("Cast", [graph.op("Not", [graph.op("Equal", [x, graph.scalar(args.value)])])], { to: 1 });
    countSteps(exampleShape(x).length === 1 ? differs : graph.op("ReduceMax", [differs, graph.ints([2])], { keepdims: 0 }));
    return x;
  },
});
