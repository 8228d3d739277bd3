/** What the training batches showed since the last report. */
import { predictedClass } from "./decide.js";
import type { ChunkResult } from "./chunkRunner.js";
import type { TrainingProblem } from "./problem.js";

/** Sums over the batches since the last report. */
export interface Totals {
  readonly lossSum: number;
  readonly steps: number;
  /** Of the targets: one an example, or one a step. */
  readonly correct: number;
  readonly examples: number;
}

export const noTotals: Totals = { lossSum: 0, steps: 0, correct: 0, examples: 0 };

/** The totals with steps [from, to) of a chunk counted in. A mixture of two examples is right by the share of the one whose class is predicted, as mixup's authors count. */
export function addSteps(totals: Totals, problem: TrainingProblem, chunk: ChunkResult, from: number, to: number): Totals {
  let { lossSum, correct, examples } = totals;
  for (let k = from; k < to; k++) lossSum += chunk.losses[k];
  if (chunk.outputs !== null) {
    const { outputWidth: width, steps } = problem.lossProblem;
    const isMasked = problem.lossProblem.ignores === true || problem.outline.some(({ kind }) => kind === "masking");
    const labels = problem.dataset.targets.data as BigInt64Array;
    for (let row = from * chunk.batch * steps; row < to * chunk.batch * steps; row++) {
      if (isMasked && Number.isNaN(chunk.outputs[row * width])) continue; // a step or target that does not count
      examples += 1;
      const predicted = predictedClass(problem, chunk.outputs, row * width);
      const isRight = (example: number): number => Number(predicted === Number(labels[Number(chunk.indices[example]) * steps + (row % steps)]));
      const example = Math.floor(row / steps);
      const share = chunk.mixture === null ? 1 : chunk.mixture.shares[Math.floor(example / chunk.batch)];
      correct += share * isRight(example);
      if (chunk.mixture !== null) correct += (1 - share) * isRight(partnerOf(chunk, chunk.mixture, example));
    }
  }
  return { lossSum, correct, steps: totals.steps + to - from, examples };
}

/** The place among a chunk's examples of the one that the i-th is mixed with. */
function partnerOf({ batch }: ChunkResult, { partners, pieces }: NonNullable<ChunkResult["mixture"]>, i: number): number {
  const piece = Math.floor((i % batch) / pieces.size);
  return i - (i % batch) + piece * pieces.size + Number(partners[i]);
}

/** Means of the totals by tag: `loss`, and `accuracy` where there are classes. */
export function meansOf(totals: Totals): Record<string, number> {
  const means: Record<string, number> = {};
  if (totals.steps > 0) means.loss = totals.lossSum / totals.steps;
  if (totals.examples > 0) means.accuracy = totals.correct / totals.examples;
  return means;
}
