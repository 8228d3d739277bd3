import { optimizers } from "../../engine/optimizers/registry.js";
import { cutShort } from "./cutShort.js";
import { hiddenLayers, widthOf, widthPath } from "../modelView.js";
import { defineLiveRule, type Symptom } from "./defineLiveRule.js";
import { farTargets } from "./farTargets.js";
import type { LiveContext } from "./liveContext.js";
import { short } from "./lowerRate.js";

export const tooFewSteps = defineLiveRule({
  id: "too-few-steps",
  severity: "warning",
  problem: "learning",
  category: "epochs",
  title: "Training ends too early",
  why: "The loss was still falling when the run ended, and far from what it could reach: the model was not done learning.",
  what: "Train for more epochs; where the rate is below the usual raise it; where an epoch has only a few steps take smaller batches.",
  sources: ["DeepFD's programs (Cao et al., ICSE 2022): too few epochs are the cause in 18 of 52, the rate in 17", "Thresholds: runs cut short (xor, moons, MNIST, digits, regressions) end at 0.63 of chance or above, healthy short ones (three epochs of digits, two of MNIST) at 0.15 or below"],
  watch: (context) => ({
    onEnd(history) {
      const cut = cutShort(context, history);
      if (cut === null) return "healthy";
      const { loss, chance } = cut;
      return {
        step: history.lastStep, level: loss / chance, confidence: 0.75,
        message: `The loss is ${short(loss)} after ${context.totalSteps} steps and was still falling; answering the same for every input gives ${short(chance)}.`,
        evidence: { loss, before: cut.before, chance, steps: context.totalSteps, update_ratio: history.updateRatio, learning_rate: history.learningRate },
        ...(farTargets(context, loss) ?? remedy(context)),
      };
    },
  }),
});

/** Units up to which a hidden layer is suspect (see underfitting), and examples from which it is: toys are learned by two units. */
const [few, lesson] = [4, 50];

/** The widest hidden layer, where it has a handful of units. */
function narrowLayer({ config, trainExamples }: LiveContext) {
  const widest = hiddenLayers(config).toSorted((a, b) => widthOf(b) - widthOf(a))[0];
  if (widest === undefined || widthOf(widest) > few || trainExamples < lesson) return null;
  return {
    at: widthPath(widest), category: "architecture" as const, guess: `Its widest hidden layer has ${widthOf(widest)} unit${widthOf(widest) === 1 ? "" : "s"}.`,
    fixes: [{ title: `Set ${widest.name} to ${16 * few}`, safe: false, edits: [{ path: widthPath(widest), value: 16 * few }] }],
  };
}

/** What keeps the run from getting further: steps too short, too few an epoch, or too few epochs. */
function remedy(context: LiveContext): Pick<Symptom, "at" | "category" | "guess" | "fixes" | "otherwise"> {
  const { config, optimizer, batchSize, stepsPerEpoch, totalSteps } = context;
  const standard = Number(optimizers.get(optimizer.kind)?.arguments.parse({}).lr);
  const epochs = { category: "epochs" as const, at: config.training.steps === null ? "training.epochs" : "training.steps" };
  // plain descent at its usual rate: steps of their own size for each weight, or momentum, get there sooner
  const plain = optimizer.kind === "sgd" && !(Number(config.optimizer.arguments.momentum) > 0);
  const other = plain ? { category: "optimizer" as const, at: "optimizer.sgd" } : { category: "learning_rate" as const, at: optimizer.lrPath };
  const narrow = narrowLayer(context);
  // a usual rate for many steps behind a handful of units: it is the units
  if (narrow !== null && optimizer.lr >= standard / 2 && totalSteps >= 1000) return { ...narrow, otherwise: epochs };
  if (optimizer.lr < standard / 2 || totalSteps >= 1000) {
    const higher = Number((10 * optimizer.lr).toPrecision(6));
    return {
      at: optimizer.lrPath, category: "learning_rate" as const, guess: `A learning rate of ${short(optimizer.lr)} gets there too slowly.`,
      fixes: [{ title: `Set lr to ${higher}`, safe: false, edits: [{ path: optimizer.lrPath, value: higher }] }], otherwise: epochs,
    };
  }
  if (batchSize >= 128 && stepsPerEpoch <= 4) {
    return {
      at: "training.batch_size", category: "batch_size" as const, guess: `With ${batchSize} examples in a batch an epoch has only ${stepsPerEpoch} step${stepsPerEpoch === 1 ? "" : "s"}.`,
      fixes: [{ title: "Take batches of 32", safe: false, edits: [{ path: "training.batch_size", value: 32 }] }], otherwise: epochs,
    };
  }
  const { steps } = config.training;
  const key = steps === null ? "epochs" : "steps";
  const more = 5 * (steps ?? config.training.epochs ?? 1);
  return { at: `training.${key}`, guess: "More steps are needed.", fixes: [{ title: `Train for ${more} ${key}`, safe: false, edits: [{ path: `training.${key}`, value: more }] }], otherwise: narrow === null ? other : { category: "architecture", at: narrow.at } };
}
