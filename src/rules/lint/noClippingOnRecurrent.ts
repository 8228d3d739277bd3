import { everyLayer } from "../../engine/layers/nested.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (layer: string, training: string): string => `data: { train: data/alice.txt, task: language_model }\nmodel: [embedding: { dim: 32 }, ${layer}, dense: 72]\n${training}`;

const recurrent = new Set(["rnn", "lstm", "gru"]);

export const noClippingOnRecurrent = defineLintRule({
  id: "no-clipping-on-recurrent",
  severity: "info",
  problem: "learning",
  category: "optimizer",
  title: "Recurrent layers without clipping",
  why: "The gradient of a recurrent layer is a product over its steps: now and then it is hundreds of times its usual size, and one such step undoes many good ones.",
  what: "Clip the gradient's norm: training: { clip: { norm: 1 } }.",
  sources: ["Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks, 2013 (clipping by norm)"],
  examples: { bad: [file("gru: { units: 32, return_sequences: true }", "")], good: [file("gru: { units: 32, return_sequences: true }", "training: { clip: { norm: 1 } }\n"), file("positional_embedding, transformer: { blocks: 1, causal: true }", "")] },
  check({ config }) {
    const layer = everyLayer(config.model).find(({ kind }) => recurrent.has(kind));
    const groups = config.optimizer.arguments.groups as readonly { readonly clip?: unknown }[] | undefined;
    if (layer === undefined || config.training.clip !== null || groups?.some(({ clip }) => clip !== undefined)) return null;
    return {
      at: "training.clip",
      message: `${layer.name} multiplies gradients from step to step, and nothing bounds them.`,
      confidence: 0.4,
      fixes: [{ title: "Clip the gradient's norm at 1", safe: true, edits: [{ path: "training.clip", value: { norm: 1 } }] }],
    };
  },
});
