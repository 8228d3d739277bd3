import { z } from "zod";
import { optimizers } from "../../engine/optimizers/registry.js";
import { blockedLayer } from "./blockedLayers.js";
import { cutShort } from "./cutShort.js";
import { defineLiveRule, type Symptom, type Verdict } from "./defineLiveRule.js";
import { farTargets } from "./farTargets.js";
import type { LiveContext } from "./liveContext.js";
import { lowerRate, short } from "./lowerRate.js";
import { strongRestraint } from "./restraint.js";
import type { RunHistory, Stretch } from "./runHistory.js";

/** Means that differ by more standard errors than this differ by more than the noise of batches. */
const significant = 3;

/** Size of steps against that of the weights that is seen in runs that learn (TheDeepChecker: log10 within -4 and -1; healthy runs here end within 1e-4 and 2e-2). */
const usualSteps = [1e-4, 0.02] as const;

export const lossNotDecreasing = defineLiveRule({
  id: "loss-not-decreasing",
  severity: "warning",
  problem: "learning",
  category: "learning_rate",
  title: "Loss does not decrease",
  why: "A loss that stays at what chance gives, or rises, says that the model learns nothing from its inputs: steps too long or too short, gradients that do not arrive, or inputs and targets that have nothing to do with each other.",
  what: "Try a tenth of the learning rate, then ten times it; overfit a batch (Descent: Check) to see whether the model can learn at all.",
  sources: ["SageMaker Debugger, LossNotDecreasing", "AutoTrainer, slow convergence and oscillation", "The bound is the loss of the best constant answer (the classes' entropy, the targets' variance), compared by block means and their standard errors, so that the noise of batches does not count"],
  options: z.strictObject({
    share: z.number().gt(0).lte(1).default(0.98).describe("The loss counts as stuck from this share of the best constant answer's loss."),
    steps: z.int().min(10).optional().describe("Steps before anything is said. Default: a fifth of the run, 100 to 1000."),
  }),
  watch(context, { share, steps }) {
    // smoothed labels leave a loss that no answer gets below: how far it falls says little of what is learned (label-smoothing-too-high)
    if (Number(context.loss.arguments.label_smoothing ?? 0) > 0.5) return {};
    const patience = steps ?? (context.totalSteps < 200 ? Math.max(10, Math.ceil(context.totalSteps / 2)) : Math.min(Math.max(Math.ceil(context.totalSteps / 5), 100), 1000));
    let next = patience;
    const judge = (history: RunHistory, final: boolean): Verdict => {
      const recent = history.losses.stretch(0.8, 1);
      const before = history.losses.stretch(0.5, 0.8);
      const first = history.losses.stretch(0, 0.05);
      if (recent === null || before === null || first === null) return "unchanged";
      const reference = context.chance ?? first.mean;
      if (!(reference > 0)) return "unchanged";
      const best = history.losses.best() ?? recent.mean;
      const noise = Math.hypot(recent.error, before.error);
      const falling = before.mean - recent.mean > significant * noise && before.mean - recent.mean > 0.002 * reference;
      const diverged = recent.mean > 2 * best + 0.1 * reference && recent.mean - best > significant * recent.error && recent.mean > before.mean;
      if (diverged) return symptom(context, history, recent, reference, best);
      // where chance is not known the start stands for it, and its own noise counts (what it fell by within the start does not)
      const stuck = context.chance === null ? first.mean - recent.mean < Math.max(significant * Math.hypot(Math.min(first.error, 0.05 * first.mean), recent.error), (1 - share) * first.mean) : recent.mean >= share * reference;
      if (!stuck && final && stayed(context, history, first, recent)) return symptom(context, history, recent, reference, best);
      if (!stuck) return recent.mean < 0.95 * reference ? "healthy" : "unchanged";
      if (recent.error > 0.02 * reference && !final) return "unchanged"; // too noisy to tell yet
      return falling && !final ? "unchanged" : symptom(context, history, recent, reference, best);
    };
    return {
      onSteps(_, history) {
        if (history.losses.count < next) return "unchanged";
        next = Math.ceil(Math.max(history.losses.count * 1.1, next + 1));
        return judge(history, false);
      },
      // a run that ends while it learns has another trouble: too-few-steps
      onEnd: (history) => (cutShort(context, history) === null && history.losses.count >= Math.min(patience, 50) ? judge(history, true) : "unchanged"),
    };
  },
});

/** Whether a fresh model ends where it began, its weights as good as unchanged, though there was much to learn. */
function stayed({ start, chance }: LiveContext, { updateRatio }: RunHistory, first: Stretch, recent: Stretch): boolean {
  const moved = first.mean - recent.mean > significant * Math.hypot(first.error, recent.error) && first.mean - recent.mean > 0.02 * first.mean;
  return start !== null && chance !== null && recent.mean > 0.2 * chance && !moved && updateRatio !== null && updateRatio < usualSteps[0];
}

/** The likeliest cause that the figures of the run give away. */
function symptom(context: LiveContext, history: RunHistory, recent: Stretch, reference: number, best: number): Symptom {
  const { optimizer, chance } = context;
  const loss = recent.mean;
  const first = history.firstLoss ?? loss;
  const norm = history.gradientNorms.at(-1) ?? null;
  const common = { step: history.lastStep, level: loss / reference, evidence: { loss, chance, best, first, gradient_norm: norm, update_ratio: history.updateRatio, learning_rate: history.learningRate } };
  const stands = chance === null ? `The loss was ${short(first)} and is ${short(loss)}` : `The loss is ${short(loss)}; answering the same for every input gives ${short(reference)}`;
  const rose = loss > 2 * best + 0.1 * reference || loss > 1.5 * first;
  const jumps = loss > 1.2 * reference && recent.error * Math.sqrt(recent.blocks) > 0.3 * loss;
  if (rose || jumps) {
    const how = rose ? ` after ${short(Math.min(best, first))} before` : " and jumps about";
    return { ...common, at: optimizer.lrPath, confidence: 0.75, message: `${stands},${how}.`, guess: `Steps at a learning rate of ${short(history.learningRate)} are too long.`, fixes: lowerRate(context) };
  }
  const blocked = blockedLayer(context, history);
  if (blocked !== null) return { ...common, ...blocked, message: `${stands}.` };
  if (norm !== null && norm < 1e-6) {
    return { ...common, at: "model", category: "activation", confidence: 0.7, message: `${stands}, and the gradient's norm is ${short(norm)}.`, guess: "No gradient reaches the weights." };
  }
  const far = farTargets(context, loss);
  if (far !== null) return { ...common, ...far, message: `${stands}.` };
  if (history.updateRatio !== null && history.updateRatio < 1e-5) {
    const higher = Number((optimizer.lr * 30).toPrecision(2));
    return {
      ...common, at: optimizer.lrPath, confidence: 0.7, message: `${stands}, and a step changes the weights by ${short(history.updateRatio)} of their size.`, guess: `The learning rate of ${short(history.learningRate)} is too low.`,
      fixes: [{ title: `Set lr to ${higher}`, safe: false, edits: [{ path: optimizer.lrPath, value: higher }] }],
    };
  }
  const standard = Number(optimizers.get(optimizer.kind)?.arguments.parse({}).lr);
  const restraint = strongRestraint(context);
  if (restraint !== null && optimizer.lr <= 20 * standard) return { ...common, ...restraint, message: `${stands}, ${history.losses.count} steps in.`, otherwise: { category: "learning_rate", at: optimizer.lrPath } };
  if (optimizer.lr <= standard / 5) {
    return {
      ...common, at: optimizer.lrPath, confidence: 0.65, message: `${stands}, ${history.losses.count} steps in.`, guess: `The learning rate of ${short(optimizer.lr)} is low for ${optimizer.kind}.`,
      fixes: [{ title: `Set lr to ${standard}`, safe: false, edits: [{ path: optimizer.lrPath, value: standard }] }],
      otherwise: { category: "optimizer", at: `optimizer.${optimizer.kind}` },
    };
  }
  if (chance !== null && history.updateRatio !== null && history.updateRatio >= usualSteps[0] && history.updateRatio <= usualSteps[1] && optimizer.lr <= 20 * standard) {
    return {
      ...common, at: "data", category: "data", confidence: 0.5, message: `${stands}, ${history.losses.count} steps in.`,
      guess: `Gradients arrive, and steps are of a usual size (${short(history.updateRatio)} of the weights): do the inputs tell anything of the targets, and are they in the same order?`,
      otherwise: { category: "learning_rate", at: optimizer.lrPath },
    };
  }
  return { ...common, at: optimizer.lrPath, confidence: 0.45, message: `${stands}, ${history.losses.count} steps in.`, fixes: lowerRate(context) };
}
