/** What the curves of a run show by themselves, without a training file: the symptoms of live rules, by the curves' own measure. */
import type { Finding } from "../../protocol/finding.js";
import { pageOf } from "../findings.js";
import { median } from "../live/runHistory.js";
import { ruleOf } from "../registry.js";
import type { Curve, Curves } from "./mapTags.js";

type Shown = Pick<Finding, "message" | "confidence" | "step"> & Partial<Pick<Finding, "category" | "evidence">>;

/** Points from which a curve is judged: fewer are chance. */
const fewest = 8;
/** Fall of the loss, as a share of where it began, below which it counts as flat (5 %: "loss not decreasing" of SageMaker Debugger and AutoTrainer). */
const flat = 0.05;
/** Gradient norm below which nothing arrives; first over last layer's below which it vanishes on its way (AutoTrainer: 1e-3). */
const noGradient = 1e-6;
const vanished = 1e-3;
/** Validation loss over its least that counts as overfitting (1.2, over four evaluations and more), gap of accuracies that does. */
const overfits = 1.2;
const gap = 0.15;
/** Part of the whole fall that comes in the last quarter, against the one before, from which a run was cut short: a straight line has 0.25. */
const stillFalling = 0.2;

/** Every symptom that the curves show. At most one of learning: the curves have one story. */
export function curveFindings(curves: Curves): Finding[] {
  return [learning(curves), ...deadLayers(curves), overfitting(curves), tooGood(curves)].filter((finding) => finding !== null);
}

function found(rule: string, { category, evidence = {}, ...shown }: Shown): Finding {
  const known = ruleOf(rule);
  if (known === null) throw new Error(`there is no rule ${rule}`);
  return {
    rule, severity: known.severity, problem: known.problem, category: category ?? known.category, evidence,
    state: "open", file: null, path: "", range: null, fixes: [], page: pageOf(rule), ...shown,
  };
}

function learning(curves: Curves): Finding | null {
  const loss = curves.train.loss ?? curves.validation.loss;
  if (loss === undefined) return null;
  const broken = nonFinite(loss, curves) ?? (curves.validation.loss === undefined ? null : nonFinite(curves.validation.loss, curves));
  if (broken !== null) return broken;
  if (loss.values.length < fewest) return null;
  const [first, last, lowest] = [share(loss, 0, 0.1), share(loss, 0.9, 1), Math.min(...quarters(loss))];
  const step = lastOf(loss.steps);
  const evidence = { first, last, best: lowest };
  const told = `The training loss was ${short(first)} at the start and is ${short(last)} at the end`;
  const rate = curves.learningRate === undefined ? "" : ` of ${short(lastOf(curves.learningRate.values))}`;
  // relative measures of a loss around 0 or below it say nothing
  if (!(first > 0) || !(last > 0)) return null;
  if (last > 1.5 * lowest && last > 0.5 * first) return found("loss-not-decreasing", { step, evidence, confidence: 0.75, message: `${told}, after ${short(lowest)} before. Steps at a learning rate${rate} are too long.` });
  if (accuracyOf(curves) > 0.9) return null;
  if (first - last < flat * first) return flatLoss(curves, told, evidence, step, rate);
  const still = standsStill(loss, curves);
  if (still !== null) {
    const jumps = still.swing > 0.05;
    return found("loss-not-decreasing", { step, evidence: { ...evidence, ...still }, confidence: jumps ? 0.7 : 0.55, message: `${told}; ${jumps ? "it jumps about" : "it has levelled off"}, and the accuracy stays at ${short(still.accuracy)}. Most likely steps at a learning rate${rate} are too long.` });
  }
  return cutShort(loss, curves, told, evidence, step);
}

/** Loss and accuracy that stand where they stood after the first steps: the accuracy, and how far the loss swings around its level, as a share of it. */
function standsStill(loss: Curve, { train, validation }: Curves): { readonly accuracy: number; readonly swing: number } | null {
  const curve = train.accuracy ?? validation.accuracy;
  if (curve === undefined) return null;
  const accuracy = share(curve, 0.5, 1);
  if (accuracy > 0.6 || accuracy > share(curve, 0, 0.1) + flat) return null;
  const [before, last] = [share(loss, 0.25, 0.5), share(loss, 0.5, 1)];
  const values = Array.from(loss.values).slice(Math.floor(loss.values.length / 2));
  const swing = Math.sqrt(values.reduce((sum, value) => sum + (value - last) ** 2, 0) / values.length) / last;
  return before - last < 0.1 * before ? { accuracy, swing } : null;
}

function nonFinite({ steps, values }: Curve, { learningRate: rates, validation }: Curves): Finding | null {
  const at = Array.prototype.findIndex.call(values, (value: number) => !Number.isFinite(value));
  if (at < 0) return null;
  const rate = rates === undefined ? "" : ` of ${short(lastOf(rates.values))}`;
  const evidence = { loss: String(values[at]) };
  // a curve with a point an evaluation is one of epochs: many steps lie before its first point
  const isFirstStep = at === 0 && values.length > (validation.loss?.values.length ?? 0);
  if (isFirstStep) return found("non-finite-loss", { step: steps[0], evidence, category: "numerics", confidence: 0.5, message: `The loss is ${values[0]} from its first point on: look at the inputs and the initial weights.` });
  return found("non-finite-loss", { step: steps[at], evidence, confidence: at === 0 ? 0.6 : 0.75, message: `The loss became ${values[at]} at step ${steps[at]}${at === 0 ? "" : `, after ${short(values[at - 1])}`}. Most often steps at a learning rate${rate} are too long.` });
}

function flatLoss(curves: Curves, told: string, evidence: Finding["evidence"], step: number, rate: string): Finding {
  const layers = [...curves.layerGradientNorms];
  const norms = layers.map(([, curve]) => share(curve, 0.5, 1));
  if (norms.length > 1 && norms[0] < vanished * (norms.at(-1) ?? 0)) {
    return found("vanishing-gradient", { step, evidence: { ...evidence, layer: layers[0][0], gradient_norm: norms[0] }, confidence: 0.75, message: `${told}; the gradient of layer ${layers[0][0]} is ${short(norms[0])}, that of layer ${layers.at(-1)?.[0]} ${short(norms.at(-1) ?? 0)}: it vanishes on its way.` });
  }
  const all = curves.gradientNorm === undefined ? layers.map(([, curve]) => curve) : [curves.gradientNorm];
  const norm = all.length === 0 ? null : Math.max(...all.map((curve) => share(curve, 0.5, 1)));
  if (norm === 0 && all.every(({ values }) => values[0] === 0)) return found("loss-not-decreasing", { step, evidence: { ...evidence, gradient_norm: 0 }, category: "initialisation", confidence: 0.65, message: `${told}, and the gradient of the weights is exactly 0 from the first step on: they begin at zero, or every unit is off.` });
  if (norm !== null && norm < noGradient) return found("loss-not-decreasing", { step, evidence: { ...evidence, gradient_norm: norm }, category: "activation", confidence: 0.7, message: `${told}, and the gradient's norm is ${short(norm)}: none reaches the weights.` });
  const highest = curves.learningRate === undefined ? null : Math.max(...Array.from(curves.learningRate.values));
  if (highest !== null && highest < 1e-5) return found("loss-not-decreasing", { step, evidence: { ...evidence, learning_rate: highest }, confidence: 0.7, message: `${told}. A learning rate${rate} is too low.` });
  return found("loss-not-decreasing", { step, evidence, confidence: 0.5, message: `${told}: the model learns next to nothing. Try a learning rate of a tenth, and of ten times; then look whether inputs and targets belong together.` });
}

function cutShort(loss: Curve, curves: Curves, told: string, evidence: Finding["evidence"], step: number): Finding | null {
  const [first, , third, last] = quarters(loss);
  const begin = share(loss, 0, 0.05);
  if (last < 0.3 * begin || (third - last) / (begin - last) < stillFalling || first <= third) return null;
  // past the best validation loss more steps only make it worse
  if (curves.validation.loss !== undefined && overfitting(curves) !== null) return null;
  return found("too-few-steps", { step, evidence, confidence: 0.65, message: `${told}, and it was still falling: more epochs, or a higher learning rate, get further.` });
}

/** Layers whose units are off for (almost) every example over the last measurements (SageMaker Debugger: less than 1 % active). */
function deadLayers({ layerZeroFractions }: Curves): Finding[] {
  const dead = [...layerZeroFractions].find(([, curve]) => curve.values.length >= 5 && share(curve, 0.8, 1) >= 0.99);
  if (dead === undefined) return [];
  const [layer, { steps, values }] = dead;
  const died = values[0] < 0.9;
  return [found("dead-units", { step: lastOf(steps), evidence: { layer, zero_fraction: lastOf(values) }, category: died ? "learning_rate" : "initialisation", confidence: 0.75, message: `${layer} is off for ${short(100 * lastOf(values))} % of its values${died ? `, ${short(100 * values[0])} % at the start` : " since the start"}: no gradient passes it.` })];
}

function overfitting({ train, validation }: Curves): Finding | null {
  if (validation.loss !== undefined && validation.loss.values.length >= 4 && train.loss !== undefined && train.loss.values.length >= fewest) {
    const { values, steps } = validation.loss;
    const smooth = Array.from(values, (_, i) => median(Array.from(values).slice(Math.max(0, i - 1), i + 2)));
    const least = Math.min(...smooth);
    const at = smooth.indexOf(least);
    const end = share(validation.loss, 0.9, 1);
    const place = at / Math.max(1, smooth.length - 1);
    const trainFalls = share(train.loss, 0.9, 1) < 0.95 * share(train.loss, Math.max(0, place - 0.05), Math.min(1, place + 0.05));
    if (least > 0 && end > overfits * least && smooth.length - at > 3 && trainFalls) {
      return found("overfitting", { step: steps[at], evidence: { best: least, last: end }, confidence: 0.8, message: `The validation loss was least, ${short(least)}, at step ${steps[at]} and is ${short(end)} at the end, while the training loss went on falling. Stop at the best evaluation, or restrain the model.` });
    }
  }
  if (train.accuracy === undefined || validation.accuracy === undefined || validation.accuracy.values.length < 4) return null;
  const [learned, kept] = [share(train.accuracy, 0.9, 1), share(validation.accuracy, 0.9, 1)];
  if (learned - kept <= gap) return null;
  return found("overfitting", { step: lastOf(validation.accuracy.steps), evidence: { train_accuracy: learned, validation_accuracy: kept }, confidence: 0.7, message: `Training accuracy is ${short(learned)}, validation accuracy ${short(kept)}: the model learns examples by heart.` });
}

function tooGood({ train, validation }: Curves): Finding | null {
  if (train.accuracy === undefined || validation.accuracy === undefined || validation.accuracy.values.length < 5) return null;
  const [learned, kept] = [share(train.accuracy, 0.6, 1), share(validation.accuracy, 0.6, 1)];
  if (kept - learned <= 0.1) return null;
  return found("too-good-to-be-true", { step: lastOf(validation.accuracy.steps), evidence: { train_accuracy: learned, validation_accuracy: kept }, confidence: 0.5, message: `Validation accuracy is ${short(kept)}, training accuracy ${short(learned)}: dropout does that, and so does validation data that tell the answer.` });
}

/** Mean of the part from share `from` to share `to` of the points, at least two of them. */
function share({ values }: Curve, from: number, to: number): number {
  const end = Math.max(2, Math.round(to * values.length));
  const part = Array.from(values).slice(Math.min(Math.floor(from * values.length), end - 2), end);
  return part.reduce((a, b) => a + b, 0) / part.length;
}

function quarters(curve: Curve): [number, number, number, number] {
  return [share(curve, 0, 0.25), share(curve, 0.25, 0.5), share(curve, 0.5, 0.75), share(curve, 0.75, 1)];
}

function accuracyOf({ train, validation }: Curves): number {
  const curve = train.accuracy ?? validation.accuracy;
  return curve === undefined ? 0 : share(curve, 0.9, 1);
}

function lastOf(values: ArrayLike<number>): number {
  return values[values.length - 1];
}

/** Three significant digits. */
function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}
