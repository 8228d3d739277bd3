import { z } from "zod";
import { asInput, exampleShape } from "./channels.js";
import { defineLayer } from "./defineLayer.js";
import { withChannels } from "./window.js";

/** The mean of each channel: [channels, height, width] to [channels] */
export const globalAvgPool = defineLayer({
  kind: "global_avg_pool",
  summary: "The mean of each channel over the whole image.",
  arguments: z.strictObject({}),
  shapes(_, { shape }) {
    const input = withChannels("global_avg_pool", shape);
    return { input, output: [input[0]], parameters: [], operations: 0 };
  },
  build(_, x) {
    const graph = x.builder;
    const input = withChannels("global_avg_pool", exampleShape(x));
    return graph.op("Flatten", [graph.op("GlobalAveragePool", [asInput(x, input)])], { axis: 1 });
  },
});
