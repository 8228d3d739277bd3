import { outputActivation, outputActivationPath, withOutputActivation } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (output: string, loss = "nll"): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, ${output}]\nloss: ${loss}\n`;

export const nllWithoutLogSoftmax = defineLintRule({
  id: "nll-without-log-softmax",
  severity: "error",
  problem: "learning",
  category: "loss",
  title: "nll without log_softmax",
  why: "nll takes the output of the right class for the logarithm of its probability, and wants it large. From any other output it can be made as large as you like: the loss falls below 0 without end and answers mean nothing. From softmax it is the mean probability, with hardly a gradient where the model is surely wrong.",
  what: "Use cross_entropy, which does both; or end the model with log_softmax.",
  sources: ["PyTorch, NLLLoss (the input is expected to contain log-probabilities)", "Measured on two moons: linear outputs reach a loss of -3.4 after 250 steps and go on"],
  examples: {
    bad: [file("dense: 2"), file("dense: { units: 2, activation: softmax }"), file("dense: 2, softmax")],
    good: [file("dense: 2, log_softmax"), file("dense: 2", "cross_entropy")],
  },
  check({ config, loss, task }) {
    const last = outputActivation(config);
    if (loss?.kind !== "nll" || last?.kind === "log_softmax" || task === "regression") return null;
    const path = outputActivationPath(config);
    return {
      at: "loss",
      message: `nll takes the outputs for logarithms of probabilities, and the model ends ${last === null ? "without log_softmax" : `with ${last.kind}`}.`,
      evidence: { activation: last?.kind ?? null },
      confidence: 0.97,
      fixes: [
        ...(last === null ? [{ title: "Use cross_entropy", safe: true, edits: [{ path: "loss", value: "cross_entropy" }] }] : []),
        ...(path === null ? [] : [{ title: "End with log_softmax", safe: last?.kind === "softmax", edits: [withOutputActivation(path, "log_softmax")] }]),
      ],
    };
  },
});
