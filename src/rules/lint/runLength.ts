/** How long a run is, as far as the file and the number of examples tell. */
import type { LintContext } from "./defineLintRule.js";

export interface RunLength {
  /** Examples of a step, micro-batches together. */
  readonly examplesPerStep: number | null;
  readonly stepsPerEpoch: number | null;
  readonly totalSteps: number | null;
  /** Passes over the data, the last perhaps in part. */
  readonly epochs: number | null;
}

/** What is not known is null. Without drop_last an epoch's last batch may be smaller. */
export function runLength({ config: { training }, trainExamples }: Pick<LintContext, "config" | "trainExamples">): RunLength {
  const examplesPerStep = training.batchSize === "full" ? trainExamples : training.batchSize === "auto" ? null : training.batchSize * training.accumulate;
  const parts = trainExamples === null || examplesPerStep === null ? null : trainExamples / examplesPerStep;
  const stepsPerEpoch = training.batchSize === "full" ? 1 : parts === null ? null : Math.max(1, training.dropLast ? Math.floor(parts) : Math.ceil(parts));
  const { epochs, steps } = training;
  if (epochs !== null) return { examplesPerStep, stepsPerEpoch, epochs, totalSteps: stepsPerEpoch === null ? null : epochs * stepsPerEpoch };
  return { examplesPerStep, stepsPerEpoch, totalSteps: steps, epochs: stepsPerEpoch === null || steps === null ? null : steps / stepsPerEpoch };
}

/** Evaluations of a run; null where that depends on what is not known. */
export function evaluationsOf(context: Pick<LintContext, "config" | "trainExamples">): number | null {
  const { everyEpochs, everySteps } = context.config.training.evaluate;
  const { epochs, totalSteps } = runLength(context);
  const [length, every] = everySteps !== null ? [totalSteps, everySteps] : [epochs, everyEpochs ?? 1];
  return length === null ? null : Math.ceil(length / every);
}
