import { z } from "zod";
import type { Tensor } from "../graph/builder.js";
import { activate, ones, zeros } from "./arguments.js";
import { attentionOperations, attentionSpecs, checkHeads, linear, linearSpecs, selfAttention } from "./attentionBlock.js";
import { asInput, exampleShape } from "./channels.js";
import { defineLayer, type ParameterSpec } from "./defineLayer.js";
import { normalisedFeatures } from "./exampleNorms.js";
import { asSequence } from "./sequences.js";

/** x += attention(norm(x)); x += W2 gelu(W1 norm(x)); `blocks` times, each with weights of its own */
export const transformer = defineLayer({
  kind: "transformer",
  summary: "Blocks of self-attention and two dense layers, normalised before each (pre-norm), with GELU.",
  main: "blocks",
  source: "Vaswani et al., Attention Is All You Need, 2017; Xiong et al., On Layer Normalization in the Transformer Architecture, 2020; PyTorch's TransformerEncoderLayer, norm_first",
  arguments: z.strictObject({
    blocks: z.int().min(1).default(2).describe("Number of blocks."),
    heads: z.int().min(1).default(4).describe("Number of heads; it divides the number of features."),
    ff: z.int().min(1).optional().describe("Units between the two dense layers. Default: four times the features."),
    dropout: z.number().min(0).lt(1).default(0).describe("Share of what attention and the dense layers add that is dropped in training."),
    causal: z.boolean().default(false).describe("Whether each step sees itself and those before it alone."),
  }),
  shapes(args, { shape }) {
    const input = asSequence("transformer", shape);
    const [time, features] = input;
    checkHeads(features, args.heads);
    const ff = args.ff ?? 4 * features;
    const parameters = Array.from({ length: args.blocks }, (_, b) => [
      ...normSpecs(`block${b}_norm1_`, features), ...attentionSpecs(`block${b}_`, features),
      ...normSpecs(`block${b}_norm2_`, features), ...linearSpecs(`block${b}_ff1_`, features, ff, "gelu"), ...linearSpecs(`block${b}_ff2_`, ff, features),
    ]).flat();
    return { input, output: input, parameters, operations: args.blocks * (attentionOperations(time, features) + 2 * time * features * ff) };
  },
  build(args, x, { parameter, mode, dropoutMask, steps }) {
    const graph = x.builder;
    const input = asSequence("transformer", exampleShape(x));
    const dropped = (y: Tensor): Tensor => (mode === "inference" || args.dropout === 0 ? y : graph.op("Mul", [y, dropoutMask(y, args.dropout)]));
    const norm = (y: Tensor, name: string): Tensor => normalisedFeatures(y, 1e-5, parameter(`${name}gamma`), parameter(`${name}beta`));
    let y = asInput(x, input);
    for (let b = 0; b < args.blocks; b++) {
      const seen = selfAttention(norm(y, `block${b}_norm1_`), input, args.heads, args.causal, `block${b}_`, { parameter, steps });
      y = graph.op("Add", [y, dropped(seen)]);
      const hidden = activate(linear(norm(y, `block${b}_norm2_`), `block${b}_ff1_`, parameter), "gelu");
      y = graph.op("Add", [y, dropped(linear(hidden, `block${b}_ff2_`, parameter))]);
    }
    return y;
  },
});

function normSpecs(name: string, features: number): ParameterSpec[] {
  const spec = { shape: [features], role: "normalization" as const, fanIn: features, fanOut: features, outputAxis: 0 };
  return [{ ...spec, name: `${name}gamma`, init: ones }, { ...spec, name: `${name}beta`, init: zeros }];
}
