import { z } from "zod";
import { optimizers } from "../../engine/optimizers/registry.js";
import { activationAfter, hiddenLayers, isLinearModel, widthOf, widthPath } from "../modelView.js";
import { defineLiveRule, type Symptom } from "./defineLiveRule.js";
import type { LiveContext } from "./liveContext.js";
import { short } from "./lowerRate.js";
import { isFalling, shareOfChance } from "./progress.js";
import { strongRestraint } from "./restraint.js";
import type { RunHistory } from "./runHistory.js";

export const worseThanNeighbours = defineLiveRule({
  id: "worse-than-neighbours",
  severity: "warning",
  problem: "learning",
  category: "architecture",
  title: "Worse than the nearest examples",
  why: "Looking up the five nearest training examples takes no training at all. A network that answers clearly worse has not learned what there is to learn: it is too small, was not trained long or fast enough, or something holds it back.",
  what: "Give it a hidden layer or wider ones, train longer or at a higher rate, and look at what else is said of the run.",
  sources: ["Karpathy, A Recipe for Training Neural Networks, 2019 (baselines first)", "Cover and Hart, Nearest Neighbor Pattern Classification, 1967 (at most twice the error of the best there is)"],
  options: z.strictObject({ gap: z.number().gt(0).default(0.1).describe("Accuracy (or r2) by which the model is worse, beyond what chance explains.") }),
  watch(context, { gap }) {
    let best: number | null = null;
    return {
      onEvaluation({ split, metrics, trainMetrics }) {
        if (split === "test") return "unchanged";
        // the better of both: training figures lag behind, and dropout lowers them
        const validation = context.classes !== null ? metrics.accuracy : metrics.r2;
        for (const value of [validation, context.classes !== null ? trainMetrics.accuracy : undefined]) if (value !== undefined && Number.isFinite(value)) best = Math.max(best ?? 0, value);
        return "unchanged";
      },
      onEnd(history) {
        const learned = shareOfChance(context, history);
        // who answers well for its own examples has learned
        if (best === null || (learned !== null && learned < (isLinearModel(context.config) ? 0.15 : 0.3))) return "unchanged";
        const baseline = context.neighbours();
        if (baseline === null) return "unchanged";
        const model = context.classes === null && context.loss.kind === "mse" && learned !== null ? Math.max(best, 1 - learned) : best;
        const deviation = (p: number, n: number): number => Math.sqrt((Math.max(p, 0) * (1 - p)) / Math.max(n, 1));
        const noise = context.classes === null ? gap / 2 : 2 * Math.hypot(deviation(model, context.trainExamples), deviation(baseline.value, baseline.asked));
        // a straight border is seldom what is meant
        const least = isLinearModel(context.config) ? gap / 2 : gap;
        if (baseline.value - model < least + noise) return "healthy";
        const figure = context.classes === null ? "r2" : "accuracy";
        return {
          step: history.lastStep, level: 1, message: `The five nearest training examples reach an ${figure} of ${short(baseline.value)}, the model ${short(model)} at best.`,
          evidence: { neighbours: baseline.value, model, figure },
          ...likely(context, history),
        };
      },
    };
  },
});

/** What the file and the end of the run suggest. */
function likely(context: LiveContext, history: RunHistory): Pick<Symptom, "at" | "category" | "confidence" | "guess" | "fixes" | "otherwise"> {
  const { config, optimizer } = context;
  const hidden = hiddenLayers(config);
  const standard = Number(optimizers.get(optimizer.kind)?.arguments.parse({}).lr);
  const higher = Number((10 * optimizer.lr).toPrecision(6));
  const rate = { at: optimizer.lrPath, category: "learning_rate" as const };
  const raise = [{ title: `Set lr to ${higher}`, safe: false, edits: [{ path: optimizer.lrPath, value: higher }] }];
  const widest = hidden.toSorted((a, b) => widthOf(b) - widthOf(a))[0];
  if (isLinearModel(config)) {
    const [first] = hidden;
    return first === undefined
      ? { at: "model", confidence: 0.7, guess: "Without a hidden layer a model can only draw straight borders.", otherwise: rate }
      : { at: `${first.path}.activation`, category: "activation", confidence: 0.7, guess: "Without an activation between its layers a model can only draw straight borders." };
  }
  if (widest !== undefined && widthOf(widest) <= 4 && activationAfter(config, widest) !== null) {
    return { at: widthPath(widest), confidence: 0.7, guess: `Its widest hidden layer has ${widthOf(widest)} unit${widthOf(widest) === 1 ? "" : "s"}.`, otherwise: rate };
  }
  const restraint = strongRestraint(context);
  if (restraint !== null) return { ...restraint, otherwise: rate };
  if (isFalling(history)) {
    if (optimizer.lr < standard / 2) return { ...rate, confidence: 0.7, guess: `The loss was still falling, at a rate of ${short(optimizer.lr)}.`, fixes: raise, otherwise: { at: "training.epochs", category: "epochs" } };
    const plain = optimizer.kind === "sgd" && !(Number(config.optimizer.arguments.momentum) > 0) && optimizer.lr <= standard;
    return {
      at: "training.epochs", category: "epochs", confidence: 0.65, guess: "The loss was still falling when the run ended.",
      otherwise: plain ? { at: "optimizer.sgd", category: "optimizer" } : context.stepsPerEpoch <= 10 && context.batchSize >= 64 ? { at: "training.batch_size", category: "batch_size" } : rate,
    };
  }
  if (optimizer.lr < standard / 5) return { ...rate, confidence: 0.6, guess: `The rate of ${short(optimizer.lr)} is low for ${optimizer.kind}.`, fixes: raise };
  return { at: "model", confidence: 0.5, otherwise: rate };
}
