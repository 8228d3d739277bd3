import { hiddenLayers, isLinear, sequences } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (hidden: string): string => `data: { train: { generate: two_moons } }\nmodel: [${hidden}, batch_norm, relu, dense: 2]\nloss: cross_entropy\n`;

export const biasBeforeBatchNorm = defineLintRule({
  id: "bias-before-batch-norm",
  severity: "info",
  problem: "learning",
  category: "architecture",
  title: "Bias before batch normalisation",
  why: "batch_norm subtracts the mean of what it gets, and with it any bias of the layer before: the bias has no effect and its gradient is zero. batch_norm brings a shift of its own.",
  what: "Write bias: false in the layer before batch_norm; it saves parameters and changes nothing else.",
  sources: ["Ioffe and Szegedy, Batch Normalization, 2015, 3.2 (the bias can be ignored, since its effect will be cancelled by the subsequent mean subtraction)"],
  examples: {
    bad: [file("dense: 16"), file("dense: { units: 16, bias: true }")],
    good: [file("dense: { units: 16, bias: false }"), file("dense: { units: 16, activation: relu }")],
  },
  check({ config }) {
    const hidden = hiddenLayers(config);
    const places = sequences(config.model).flatMap((sequence) => sequence.filter((layer, index) =>
      hidden.includes(layer) && layer.arguments.bias === true && isLinear(layer) && sequence[index + 1]?.kind === "batch_norm"));
    const [first] = places;
    if (first === undefined) return null;
    return {
      at: `${first.path}.bias`,
      message: `batch_norm takes the bias of ${first.name} away again${places.length > 1 ? `, and that of ${places.length - 1} more` : ""}.`,
      evidence: { layers: places.length },
      confidence: 0.95,
      fixes: [{ title: "Leave the bias out", safe: true, edits: places.map(({ path }) => ({ path: `${path}.bias`, value: false })) }],
    };
  },
});
