import { everyLayer } from "../../engine/layers/nested.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (layers: string): string => `data: { train: data/alice.txt, task: language_model }\nmodel: [embedding: { dim: 32 }, ${layers}, dense: 72]\n`;

/** Layers by which a model knows the order of steps. */
const ordered = new Set(["positional_embedding", "lstm", "gru", "rnn", "conv1d"]);

export const orderNotSeen = defineLintRule({
  id: "order-not-seen",
  severity: "warning",
  problem: "learning",
  category: "architecture",
  title: "Attention that does not know the order of its steps",
  why: "Attention is a weighted mean over steps: shuffle them and it gives the same. Without positions a sentence is a bag of words. (Causal attention can count how many steps it sees and guess the order from that, slowly.)",
  what: "Put positional_embedding before the first attention or transformer layer.",
  sources: ["Vaswani et al., Attention Is All You Need, 2017, 3.5", "Haviv et al., Transformer Language Models without Positional Encodings Still Learn Positional Information, 2022 (causal ones only)"],
  examples: { bad: [file("transformer: { blocks: 1, heads: 2, causal: true }")], good: [file("positional_embedding, transformer: { blocks: 1, heads: 2, causal: true }"), file("gru: { units: 32, return_sequences: true }, attention: { heads: 2, causal: true }")] },
  check({ config, task }) {
    const all = everyLayer(config.model);
    const index = all.findIndex(({ kind }) => kind === "attention" || kind === "transformer");
    if (index < 0 || all.slice(0, index).some(({ kind }) => ordered.has(kind)) || all[index].within !== undefined) return null;
    // images cut into patches by a convolution, or columns of a table, may have no order that matters
    if (!all.slice(0, index).some(({ kind }) => kind === "embedding")) return null;
    const layer = all[index];
    // a language model that looks ahead has a worse trouble: sees-the-answer
    if (task === "language_model" && layer.arguments.causal !== true) return null;
    return {
      at: layer.path,
      message: `Nothing tells ${layer.name} in which order its steps stand.`,
      severity: layer.arguments.causal === true ? "info" : undefined,
      confidence: layer.arguments.causal === true ? 0.6 : 0.85,
    };
  },
});
