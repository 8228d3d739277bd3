import { z } from "zod";
import { attentionOperations, attentionSpecs, checkHeads, selfAttention } from "./attentionBlock.js";
import { asInput, exampleShape } from "./channels.js";
import { defineLayer } from "./defineLayer.js";
import { asSequence } from "./sequences.js";

/** softmax(Q K^T / sqrt(d)) V over several heads, Q, K and V linear in x */
export const attention = defineLayer({
  kind: "attention",
  summary: "Self-attention: every step takes from all steps what is like what it asks for.",
  main: "heads",
  source: "Vaswani et al., Attention Is All You Need, 2017; PyTorch's MultiheadAttention",
  arguments: z.strictObject({
    heads: z.int().min(1).default(4).describe("Number of heads; it divides the number of features."),
    causal: z.boolean().default(false).describe("Whether each step sees itself and those before it alone."),
  }),
  shapes(args, { shape }) {
    const input = asSequence("attention", shape);
    checkHeads(input[1], args.heads);
    return { input, output: input, parameters: attentionSpecs("", input[1]), operations: attentionOperations(...input) };
  },
  build(args, x, context) {
    const input = asSequence("attention", exampleShape(x));
    return selfAttention(asInput(x, input), input, args.heads, args.causal, "", context);
  },
});
