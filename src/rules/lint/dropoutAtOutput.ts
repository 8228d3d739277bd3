import { behindOutput, placeOf } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (model: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, ${model}]\nloss: cross_entropy\n`;

export const dropoutAtOutput = defineLintRule({
  id: "dropout-at-output",
  severity: "warning",
  problem: "learning",
  category: "regularization",
  title: "Dropout behind the output layer",
  why: "Dropout there sets answers themselves to 0: whole classes are struck out at random, and the loss asks for something that the model is kept from saying.",
  what: "Put dropout before the last layer with weights.",
  sources: ["Srivastava et al., Dropout, 2014 (input and hidden units alone)", "Measured on the digits, 64 hidden units, dropout 0.5: training loss 1.3 instead of 0.3 after 8 epochs"],
  examples: { bad: [file("dense: 2, dropout: 0.5")], good: [file("dropout: 0.5, dense: 2"), file("dense: 2, dropout: 0")] },
  check({ config }) {
    const layer = behindOutput(config).find(({ kind, arguments: { rate } }) => kind === "dropout" && Number(rate) > 0);
    if (layer === undefined) return null;
    return {
      at: layer.path,
      message: `${layer.name} drops ${Math.round(100 * Number(layer.arguments.rate))} % of the model's outputs in training.`,
      evidence: { rate: Number(layer.arguments.rate) },
      fixes: [{ title: "Remove the dropout", safe: true, edits: [{ path: placeOf(layer.path), remove: true }] }],
    };
  },
});
