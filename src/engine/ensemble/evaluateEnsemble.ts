/** What an ensemble is worth beside its members, and where they disagree. */
import { pairedTest, type Comparison } from "../../common/statistics/compareSamples.js";
import { predictsClasses } from "../data/task.js";
import type { Inference, Pass } from "../training/inference.js";
import { confidenceOf, classesOf, numbersOf, outputReading, predictedClass, probabilityOf } from "../training/decide.js";
import { measure, type Measured } from "../training/measure.js";
import type { TrainingProblem } from "../training/problem.js";
import { combineOutputs } from "./combineOutputs.js";

/** One member: its problem (its targets may be scaled in its own way), and its outputs for the examples. */
export interface MemberPass {
  readonly problem: TrainingProblem;
  readonly pass: Pass;
}

/** How much better the ensemble is, over the same examples: positive is better, of a loss and an error too. */
export interface Gain {
  /** Over the mean of the members; the interval is that of the paired test. */
  readonly overMean: Comparison;
  readonly overBest: Comparison;
}

/** An example and what the members said of it. */
export interface DisputedExample {
  /** Position in the data set. */
  readonly index: number;
  readonly actual: string;
  /** Of the ensemble. */
  readonly predicted: string;
  /** Probability that the ensemble gives it; NaN where there is none. */
  readonly confidence: number;
  /** Of each member. */
  readonly votes: readonly string[];
  /** Of classes: the share of members that say something else than the ensemble. Else the deviation between members, in the target's unit. */
  readonly disagreement: number;
}

export interface EnsembleEvaluation extends Measured {
  readonly members: readonly Measured[];
  /** By metric that is a mean over examples: `loss`, and `accuracy` or `mae`. */
  readonly gains: Readonly<Record<string, Gain>>;
  /** Of classes: the share of examples on which not all members agree. Else the mean deviation between members. */
  readonly disagreement: number;
  /** Most disputed first. */
  readonly disputed: readonly DisputedExample[];
}

/**
 * Measures the averaged predictions of at least two members on examples that all of them have. `best`: index of the member held to be the
 * best, chosen on other data than these. `inference`: of the first member's problem, for its loss.
 */
export async function evaluateEnsemble(members: readonly MemberPass[], indices: Int32Array, best: number, inference: Inference, mostDisputed = 50): Promise<EnsembleEvaluation> {
  const [{ problem, pass: { counts, streamedTargets } }] = members;
  const passes: Pass[] = [];
  const perExample: Float64Array[] = [];
  const outputsOf = members.map(({ problem: own, pass: { outputs } }) => inScaleOf(problem, { problem: own, outputs }));
  const reading = outputReading(problem);
  for (const outputs of [combineOutputs(reading, outputsOf, problem.lossProblem.outputWidth), ...outputsOf]) {
    const { loss, perExample: losses } = await inference.lossOf(indices, { outputs, counts });
    passes.push({ outputs, counts, tokens: null, loss, ...(streamedTargets === undefined ? {} : { streamedTargets }) });
    perExample.push(losses);
  }
  const [whole, ...own] = passes.map((pass) => measure(problem, indices, pass));
  const gains: Record<string, Gain> = { loss: gainOf(perExample, best, -1) };
  const scored = (["accuracy", "mae"] as const).find((metric) => metric in whole.metrics);
  if (scored !== undefined) gains[scored] = gainOf(passes.map((pass) => scoresOf(problem, indices, pass, scored)), best, scored === "accuracy" ? 1 : -1);
  return { ...whole, members: own, gains, ...disputesOf(problem, indices, passes, mostDisputed) };
}

/** A member's outputs as the first one's problem reads them: numbers of targets that are scaled otherwise are scaled as its are. */
export function inScaleOf(problem: TrainingProblem, { problem: own, outputs }: { readonly problem: TrainingProblem; readonly outputs: Float32Array }): Float32Array {
  const { dataset: { task, targetScaling: to } } = problem;
  const { targetScaling: from } = own.dataset;
  if (task !== "regression" || JSON.stringify(from) === JSON.stringify(to)) return outputs;
  const width = problem.lossProblem.outputWidth;
  const at = (list: readonly number[], i: number): number => list[list.length === 1 ? 0 : i % width];
  return outputs.map((y, i) => (y * at(from.divisor, i) + at(from.offset, i) - at(to.offset, i)) / at(to.divisor, i));
}

/** `values`: of the ensemble, then of the members, an example each. `sign`: -1 where less is better. */
function gainOf([whole, ...members]: readonly Float64Array[], best: number, sign: 1 | -1): Gain {
  const mean = whole.map((_, i) => members.reduce((sum, values) => sum + values[i], 0) / members.length);
  const better = (values: Float64Array): Comparison => pairedTest(values.map((v) => sign * v), whole.map((v) => sign * v));
  return { overMean: better(mean), overBest: better(members[best]) };
}

function scoresOf(problem: TrainingProblem, indices: Int32Array, pass: Pass, metric: string): Float64Array {
  return Float64Array.from(indices, (_, i) => {
    const { metrics } = measure(problem, indices.subarray(i, i + 1), partOf(pass, i, indices.length));
    return Number.isNaN(metrics[metric]) ? 0 : metrics[metric];
  });
}

/** What a pass over n examples gave for the i-th. */
function partOf({ outputs, counts, streamedTargets }: Pass, i: number, n: number): Pass {
  const slice = (values: Float32Array): Float32Array => values.subarray((i * values.length) / n, ((i + 1) * values.length) / n);
  return { outputs: slice(outputs), counts: counts && slice(counts), tokens: null, loss: 0, ...(streamedTargets === undefined ? {} : { streamedTargets: slice(streamedTargets) }) };
}

function disputesOf(problem: TrainingProblem, indices: Int32Array, passes: readonly Pass[], most: number): Pick<EnsembleEvaluation, "disagreement" | "disputed"> {
  // of sequences with a class a step an example has no single answer
  if (problem.lossProblem.steps > 1) return { disagreement: Number.NaN, disputed: [] };
  const examples = predictsClasses(problem.dataset.task) ? classDisputes(problem, indices, passes) : numberDisputes(problem, indices, passes);
  const isClasses = predictsClasses(problem.dataset.task);
  const disagreement = examples.reduce((sum, { example }) => sum + (isClasses ? Number(new Set(example.votes).size > 1) : example.disagreement), 0) / examples.length;
  const disputed = examples.filter(({ example }) => example.disagreement > 0).sort((a, b) => b.example.disagreement - a.example.disagreement || a.certainty - b.certainty).slice(0, most);
  return { disagreement, disputed: disputed.map(({ example }) => example) };
}

interface Dispute {
  readonly example: DisputedExample;
  /** Of two with the same votes the less certain one comes first. */
  readonly certainty: number;
}

function classDisputes(problem: TrainingProblem, indices: Int32Array, [whole, ...members]: readonly Pass[]): Dispute[] {
  const width = problem.lossProblem.outputWidth;
  const { classes } = problem.lossProblem;
  const actual = classesOf(problem.dataset, indices);
  const name = (k: number): string => classes[k] ?? String(k);
  return Array.from(indices, (index, i) => {
    const predicted = predictedClass(problem, whole.outputs, i * width);
    const votes = members.map(({ outputs }) => predictedClass(problem, outputs, i * width));
    const confidence = confidenceOf(problem, whole.outputs, i * width, predicted);
    const disagreement = votes.filter((vote) => vote !== predicted).length / votes.length;
    return { example: { index, actual: name(actual[i]), predicted: name(predicted), confidence, votes: votes.map(name), disagreement }, certainty: Number.isNaN(confidence) ? 0 : confidence };
  });
}

function numberDisputes(problem: TrainingProblem, indices: Int32Array, passes: readonly Pass[]): Dispute[] {
  const { dataset, lossProblem: { outputWidth: width } } = problem;
  const isRegression = dataset.task === "regression";
  const { divisor, offset } = dataset.targetScaling;
  const at = (list: readonly number[], k: number): number => list[list.length === 1 ? 0 : k];
  const inUnit = (y: number, k: number): number => (isRegression && offset.length > 0 ? y * at(divisor, k) + at(offset, k) : y);
  const isProbable = dataset.task === "multi_label" && ["sigmoid", "softmax", "probabilities"].includes(outputReading(problem));
  const [whole, ...members] = passes.map(({ outputs }) => (isProbable ? outputs.map((_, i) => probabilityOf(problem, outputs, Math.floor(i / width) * width, i % width)) : numbersOf(problem, outputs)));
  const text = (values: Float32Array, i: number): string => Array.from({ length: Math.min(width, 4) }, (_, k) => String(Number(inUnit(values[i * width + k], k).toPrecision(4)))).join(", ") + (width > 4 ? ", ..." : "");
  const targets = isRegression ? (dataset.targets.data as Float32Array) : null;
  return Array.from(indices, (index, i) => {
    let disagreement = 0;
    for (let k = 0; k < width; k++) {
      const values = members.map((outputs) => inUnit(outputs[i * width + k], k));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      disagreement += Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)) / width;
    }
    return { example: { index, actual: targets === null ? "" : text(targets.subarray(index * width, (index + 1) * width), 0), predicted: text(whole, i), confidence: Number.NaN, votes: members.map((outputs) => text(outputs, i)), disagreement }, certainty: 0 };
  });
}
