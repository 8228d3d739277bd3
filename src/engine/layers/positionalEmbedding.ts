import { z } from "zod";
import { exampleShape } from "./channels.js";
import { defineLayer } from "./defineLayer.js";
import { asSequence } from "./sequences.js";

/** y_t = x_t + P[t]; P learned, or sin and cos of t / 10000^(2i / features) */
export const positionalEmbedding = defineLayer({
  kind: "positional_embedding",
  summary: "Adds a vector for its position to every step, so that attention can tell steps apart.",
  main: "form",
  source: "Vaswani et al., Attention Is All You Need, 2017, 3.5",
  arguments: z.strictObject({ form: z.enum(["learned", "sinusoidal"]).default("learned").describe("learned: one vector a position, starting near 0; sinusoidal: fixed sines and cosines.") }),
  shapes(args, { shape }) {
    const input = asSequence("positional_embedding", shape);
    const weight = { name: "weight", shape: [...input], role: "weight" as const, init: { kind: "normal", arguments: { std: 0.02 } }, fanIn: input[0], fanOut: input[1], outputAxis: 0 };
    return { input, output: input, parameters: args.form === "learned" ? [weight] : [], operations: 0 };
  },
  build(args, x, { parameter }) {
    const graph = x.builder;
    if (args.form === "learned") return graph.op("Add", [x, parameter("weight")]);
    const [time, features] = asSequence("positional_embedding", exampleShape(x));
    const data = Float32Array.from({ length: time * features }, (_, i) => {
      const [t, f] = [Math.floor(i / features), i % features];
      const angle = t / 10_000 ** ((f - (f % 2)) / features);
      return f % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    return graph.op("Add", [x, graph.constant({ type: "float32", dims: [time, features], data })]);
  },
});
