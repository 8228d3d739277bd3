import type { LayerConfig } from "../../engine/training/config.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (layer: string): string => `data: { train: data/alice.txt, task: language_model }\nmodel: [embedding: { dim: 32 }, ${layer}, dense: 72]\ntraining: { clip: { norm: 1 } }\n`;

export const seesTheAnswer = defineLintRule({
  id: "sees-the-answer",
  severity: "error",
  problem: "predictions",
  category: "architecture",
  title: "A language model that sees what it is to predict",
  why: "Each step is to predict the token behind it, and that token is the next step's input. A layer in which steps see later ones copies it from there: the perplexity falls towards 1 in training and validation alike, and the model cannot write a single word.",
  what: "Let every layer look back only: causal: true for transformer and attention, lstm, gru and rnn in one direction, no convolution over time that is padded on both sides.",
  sources: ["Vaswani et al., Attention Is All You Need, 2017, 3.2.3 (masking, to prevent leftward information flow)"],
  examples: {
    bad: [file("positional_embedding, transformer: { blocks: 1 }"), file("positional_embedding, attention: { heads: 2, causal: false }"), file("lstm: { units: 32, bidirectional: true, return_sequences: true }"), file("conv1d: { filters: 32, kernel: 3, padding: same }")],
    good: [file("positional_embedding, transformer: { blocks: 1, causal: true }"), file("gru: { units: 32, return_sequences: true }")],
  },
  check({ config, task }) {
    if (task !== "language_model") return null;
    const found = config.model.map((layer) => ({ layer, cure: cureOf(layer) })).find(({ cure }) => cure !== null);
    if (found === undefined || found.cure === null) return null;
    const { layer, cure } = found;
    return {
      at: `${layer.path}.${cure.argument}`,
      message: `In ${layer.name} each step sees the steps behind it, and with them the token that it is to predict.`,
      confidence: 0.97,
      fixes: [{ title: cure.title, safe: cure.value !== undefined, edits: [cure.value === undefined ? { path: `${layer.path}.${cure.argument}`, remove: true as const } : { path: `${layer.path}.${cure.argument}`, value: cure.value }] }],
    };
  },
});

/** What in a layer lets steps see later ones, and the value that does not; null where nothing does. */
function cureOf({ kind, arguments: args }: LayerConfig): { readonly argument: string; readonly title: string; readonly value?: boolean } | null {
  if (kind === "transformer" || kind === "attention") return args.causal === true ? null : { argument: "causal", title: "Look back only", value: true };
  if (args.bidirectional === true) return { argument: "bidirectional", title: "Read in one direction", value: false };
  if (kind === "conv1d" && args.padding !== undefined && args.padding !== "valid" && args.padding !== 0) return { argument: "padding", title: "Leave the padding out" };
  return null;
}
