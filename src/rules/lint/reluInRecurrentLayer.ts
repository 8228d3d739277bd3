import { everyLayer } from "../../engine/layers/nested.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (rnn: string, more = "training: { clip: { norm: 1 } }\n"): string => `data: { train: data/alice.txt, task: language_model }\nmodel: [embedding: { dim: 32 }, rnn: { units: 32, return_sequences: true${rnn} }, dense: 72]\n${more}`;

export const reluInRecurrentLayer = defineLintRule({
  id: "relu-in-recurrent-layer",
  severity: "info",
  problem: "learning",
  category: "activation",
  title: "ReLU in a recurrent layer",
  why: "A recurrent layer multiplies by the same weights at every step. tanh keeps the state between -1 and 1; with relu it can grow without bound from step to step, and the gradient with it.",
  what: "Use tanh, or lstm or gru; with relu start from orthogonal weights, a small rate and clipping.",
  sources: ["Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks, 2013", "Le, Jaitly, Hinton, A Simple Way to Initialize Recurrent Networks of Rectified Linear Units, 2015 (the identity as a start)"],
  examples: { bad: [file(", activation: relu")], good: [file(""), file(", activation: tanh")] },
  check({ config }) {
    const layer = everyLayer(config.model).find(({ kind, arguments: args }) => kind === "rnn" && args.activation === "relu");
    if (layer === undefined) return null;
    return {
      at: `${layer.path}.activation`,
      message: `With relu the state of ${layer.name} can grow from step to step.`,
      confidence: 0.5,
      fixes: [{ title: "Use tanh", safe: false, edits: [{ path: `${layer.path}.activation`, value: "tanh" }] }],
    };
  },
});
