/** The live rules over a run that has been: its stored curves, handed to them as the trainer would have. */
import type { ParsedFile } from "../config/parseTrainingFile.js";
import type { Dataset } from "../engine/data/types.js";
import type { EvaluationDone, StepStatistics, TrainingPlan } from "../engine/training/types.js";
import type { Finding } from "../protocol/finding.js";
import { LiveRules } from "./liveRules.js";
import { runDataRules, runLint } from "./runRules.js";

/** Points of one tag, steps rising. */
interface Series {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Steps handed over in one go, about what a small model's chunk has. */
const chunk = 20;
/** Training scalars that are no statistics of a step's inside. */
const others = new Set(["loss", "loss_with_penalty", "learning_rate", "steps_per_second", "waiting_for_data"]);

/**
 * Everything that the rules say of a stored run: of file, data and curves. `series`: by tag with its sub-folder. `ended`: it went to its own
 * end, not one that was asked for. What no scalar holds (confusion matrices) is not seen again. `parsed` must have a config.
 */
export function replayRun(parsed: ParsedFile, dataset: Dataset, plan: Pick<TrainingPlan, "stepsPerEpoch" | "totalSteps" | "layers">, series: ReadonlyMap<string, Series>, ended: boolean): Finding[] {
  const findings = [...runLint(parsed), ...runDataRules(parsed, dataset)];
  const live = new LiveRules(parsed, dataset, plan, {}, findings);
  const losses = byStep(series, "train/", (name) => name === "loss");
  const rates = byStep(series, "train/", (name) => name === "learning_rate");
  const validation = byStep(series, "validation/", () => true);
  const metrics = new Set([...validation.values()].flatMap((values) => Object.keys(values)));
  const measured = byStep(series, "train/", (name) => !others.has(name) && !metrics.has(name));
  const trainMetrics = byStep(series, "train/", (name) => name !== "loss" && metrics.has(name));
  let steps: number[] = [];
  const handOver = (): void => {
    if (steps.length === 0) return;
    const statistics: StepStatistics[] = steps.filter((step) => measured.has(step)).map((step) => ({ step, values: measured.get(step) ?? {} }));
    findings.push(...live.pushChunk({
      kind: "steps", firstStep: steps[0], losses: Float32Array.from(steps, (step) => losses.get(step)?.loss ?? Number.NaN), learningRates: Float64Array.from(steps, (step) => rates.get(step)?.learning_rate ?? Number.NaN),
      lossesWithPenalty: null, statistics, epoch: epochOf(steps[steps.length - 1]), seconds: 0, waited: 0,
    }));
    steps = [];
  };
  const epochOf = (step: number): number => Math.ceil(step / plan.stepsPerEpoch);
  for (const step of [...losses.keys()].sort((a, b) => a - b)) {
    if (steps.length > 0 && step !== steps[steps.length - 1] + 1) handOver();
    steps.push(step);
    const evaluated = validation.get(step);
    if (steps.length === chunk || evaluated !== undefined) handOver();
    if (evaluated === undefined) continue;
    const evaluation: EvaluationDone = { kind: "evaluation", step, epoch: epochOf(step), split: "validation", metrics: evaluated, confusion: null, trainMetrics: trainMetrics.get(step) ?? {}, isBest: false };
    findings.push(...live.pushEvaluation(evaluation));
  }
  handOver();
  return ended ? [...findings, ...live.end()] : findings;
}

/** The values of the wanted tags below a sub-folder, by step and name. */
function byStep(series: ReadonlyMap<string, Series>, prefix: string, isWanted: (name: string) => boolean): Map<number, Record<string, number>> {
  const found = new Map<number, Record<string, number>>();
  for (const [tag, { steps, values }] of series) {
    if (!tag.startsWith(prefix) || !isWanted(tag.slice(prefix.length))) continue;
    for (let i = 0; i < steps.length; i += 1) {
      const at = found.get(steps[i]) ?? {};
      at[tag.slice(prefix.length)] = values[i];
      found.set(steps[i], at);
    }
  }
  return found;
}
