import { z } from "zod";
import { activationAfter, hiddenLayers } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (bias: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu, bias_init: ${bias} }, dense: 2]\nloss: cross_entropy\n`;

export const reluStartsDead = defineLintRule({
  id: "relu-starts-dead",
  severity: "warning",
  problem: "learning",
  category: "initialisation",
  title: "ReLU switched off by its first bias",
  why: "With weights of their usual size a unit's input has a deviation of about 1 before its bias. A bias far below 0 leaves the unit off for nearly every example, and where ReLU is off no gradient brings it back.",
  what: "Leave bias_init out (zeros), or take a small positive constant such as 0.01.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.3.1 and 8.4 (a bias of 0.1 keeps ReLU on at the start)", "Measured on the digits, 64 hidden units, Adam 3e-3, 10 epochs, three seeds: 94 to 98 % right from a bias of -1, 22 to 69 % from -2, chance from -3"],
  options: z.strictObject({ low: z.number().lt(0).default(-2).describe("Least constant bias.") }),
  examples: { bad: [file("{ constant: -5 }")], good: [file("{ constant: 0.1 }"), file("{ constant: -0.5 }"), file("zeros")] },
  check({ config }, { low }) {
    const places = hiddenLayers(config).filter((layer) => {
      const init = layer.arguments.bias_init;
      return typeof init === "object" && init !== null && "constant" in init && Number(init.constant) <= low && activationAfter(config, layer)?.kind === "relu";
    });
    const [first] = places;
    if (first === undefined) return null;
    const bias = Number((first.arguments.bias_init as { readonly constant: number }).constant);
    return {
      at: `${first.path}.bias_init`,
      message: `The biases of ${first.name} start at ${bias}: relu is off for nearly every example.`,
      evidence: { bias, layers: places.length },
      confidence: 0.85,
      fixes: [{ title: "Start biases at zero", safe: true, edits: places.map(({ path }) => ({ path: `${path}.bias_init`, remove: true as const })) }],
    };
  },
});
