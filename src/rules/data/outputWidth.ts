import { predictsClasses } from "../../engine/data/task.js";
import type { Report } from "../rule.js";
import { type ActivationView, outputActivation, outputLayer, widthPath, withOutputActivation } from "../modelView.js";
import { defineDataRule } from "./defineDataRule.js";
import { isNumbers, takesNumbersForClasses, targetWidth } from "./figures.js";

const file = (units: number, loss: string, generate = "blobs"): string => `data: { train: { generate: ${generate}, examples: 300 } }\nmodel: [dense: { units: 16, activation: relu }, dense: ${units}]\nloss: ${loss}\n`;

export const outputWidth = defineDataRule({
  id: "output-width",
  severity: "error",
  problem: "learning",
  category: "architecture",
  title: "Output width does not fit the targets",
  why: "Each class needs an output of its own (two classes: one output under binary_cross_entropy). Softmax over one output is always 1, a class without an output can never be predicted, and outputs without a class take probability from the others.",
  what: "Set the last layer's width to the number of classes, or of target columns in a regression.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2"],
  examples: {
    bad: [file(1, "cross_entropy"), file(2, "cross_entropy"), file(5, "cross_entropy"), file(1, "binary_cross_entropy"), file(3, "mse", "sine")],
    good: [file(3, "cross_entropy"), file(1, "binary_cross_entropy", "two_moons"), file(2, "binary_cross_entropy", "two_moons"), file(1, "mse", "two_moons"), file(1, "mse", "sine")],
  },
  check({ config, dataset, outline, loss, task }) {
    const layer = outputLayer(config);
    const shape = outline?.at(-1)?.outputShape;
    const isClass = task !== null && predictsClasses(task);
    // a loss of classes over numbers is what is wrong: loss-against-task
    if (!isClass && ["cross_entropy", "nll", "focal"].includes(loss?.kind ?? "")) return null;
    // a class for every step has outputs for every step
    if (layer === null || loss === null || shape?.length !== (isClass ? dataset.targets.dims.length : 1)) return null;
    const width = shape[shape.length - 1];
    const classes = dataset.classes?.length ?? 0;
    const wanted = isClass ? classes : targetWidth(dataset);
    const fits = isClass ? widthFits(loss.kind, width, classes) : width === wanted;
    if (wanted < 1 || (isClass && classes < 2)) return null;
    // numbers under a loss of classes, or of yes or no: targets-not-probabilities
    if (loss.kind === "binary_cross_entropy" && isNumbers(dataset.classes ?? [], dataset.splits.train.length)) return null;
    if (takesNumbersForClasses({ dataset, outline })) return null;
    if (fits) return null;
    // with `limit` classes may be missing from what was read
    const spare = isClass && width > classes;
    if (spare && config.data.limit !== null) return null;
    const outputs = `${width} output${width === 1 ? "" : "s"}`;
    const targets = isClass ? `${classes} classes` : `${wanted} target value${wanted === 1 ? "" : "s"}`;
    const cause = !isClass ? "each target needs its output"
      : width === 1 && loss.kind === "cross_entropy" ? "softmax over one output is always 1, and the loss is 0 whatever the model does"
        : spare ? `${width - classes} of them never are right` : width === 1 ? "one number cannot tell them apart" : `${classes - width} of them can never be predicted`;
    const last = outputActivation(config);
    if (isClass && width === 1 && classes === 2 && loss.kind === "cross_entropy" && (last?.kind === "sigmoid" || last?.kind === "softmax")) return oneOutput(last, cause);
    return {
      at: widthPath(layer),
      message: `The model has ${outputs} for ${targets}: ${cause}.`,
      evidence: { outputs: width, wanted },
      confidence: spare ? 0.8 : 0.97,
      severity: spare || ["mse", "mae", "huber"].includes(loss.kind) ? "warning" : "error",
      fixes: [{ title: `Set ${"units" in layer.arguments ? "units" : "filters"} to ${wanted}`, safe: !spare, edits: [{ path: widthPath(layer), value: wanted }] }],
    };
  },
});

/** Whether a loss can compare this many outputs with this many classes, and mean something. */
function widthFits(loss: string, width: number, classes: number): boolean {
  // one number stands for two classes: a logit, or 0 and 1 under mse
  return width === classes || (width === 1 && classes === 2 && loss !== "cross_entropy" && loss !== "nll");
}

/** One output for two classes is right for yes or no: with sigmoid the loss is what is wrong, with softmax the activation as well. */
function oneOutput(last: ActivationView, cause: string): Report {
  const loss = { path: "loss", value: { binary_cross_entropy: { from: "probabilities" } } };
  const isSigmoid = last.kind === "sigmoid";
  return {
    at: isSigmoid ? "loss" : last.path,
    category: isSigmoid ? "loss" : "activation",
    message: `The model has 1 output for 2 classes, with ${last.kind}: ${isSigmoid ? "a probability of yes, which binary_cross_entropy compares; cross_entropy over one output is always 0" : cause}.`,
    evidence: { outputs: 1, wanted: 2, activation: last.kind },
    confidence: 0.97,
    fixes: [{ title: isSigmoid ? "Use binary_cross_entropy" : "Use sigmoid and binary_cross_entropy", safe: false, edits: isSigmoid ? [loss] : [withOutputActivation(last.path, "sigmoid"), loss] }],
  };
}
