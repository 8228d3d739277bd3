import { outputActivation, outputLayer, widthOf, withoutActivation } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (output: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, ${output}]\nloss: hinge\n`;

export const hingeOnProbabilities = defineLintRule({
  id: "hinge-on-probabilities",
  severity: "warning",
  problem: "learning",
  category: "loss",
  title: "Hinge loss on probabilities",
  why: "hinge asks for scores beyond a margin of 1 on the right side, of either sign. Softmax and sigmoid end between 0 and 1: the margin is never reached, the loss of a right answer stays high, and the slope of the activation slows what is left.",
  what: "Use cross_entropy (one output: binary_cross_entropy), which is made for probabilities; or keep hinge and let the model end without activation (tanh at most).",
  sources: ["Crammer and Singer, On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines, 2001 (margins of real scores)"],
  examples: { bad: [file("dense: { units: 2, activation: softmax }"), file("dense: 1, sigmoid")], good: [file("dense: 2"), file("dense: { units: 1, activation: tanh }")] },
  check({ config, loss }) {
    const last = outputActivation(config);
    if (loss?.kind !== "hinge" || last === null || !["softmax", "sigmoid", "relu", "softplus"].includes(last.kind)) return null;
    const layer = outputLayer(config);
    const wanted = layer !== null && widthOf(layer) === 1 ? "binary_cross_entropy" : "cross_entropy";
    const probabilities = last.kind === "softmax" || last.kind === "sigmoid";
    return {
      at: probabilities ? "loss" : last.path,
      category: probabilities ? undefined : "activation",
      message: `hinge asks for scores beyond 1 on either side of 0; ${last.kind} never gives them.`,
      evidence: { activation: last.kind },
      confidence: 0.85,
      fixes: [
        ...(probabilities ? [{ title: `Use ${wanted} from probabilities`, safe: false, edits: [{ path: "loss", value: { [wanted]: { from: "probabilities" } } }] }] : []),
        { title: `Remove the ${last.kind}`, safe: true, edits: [withoutActivation(last)] },
      ],
    };
  },
});
