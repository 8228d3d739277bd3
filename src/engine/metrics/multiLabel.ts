/** Metrics of yes-or-no decisions, several an example. Targets and scores are [n, labels], row-major; a target that is NaN counts for nothing. */
import type { ClassScores } from "./classification.js";

/** Share of decisions `score >= threshold` that agree with the target (1 or 0), over all labels. */
export function binaryAccuracy(targets: ArrayLike<number>, scores: ArrayLike<number>, threshold: number): number {
  let right = 0;
  let known = 0;
  for (let i = 0; i < targets.length; i++) {
    if (Number.isNaN(targets[i])) continue;
    known++;
    if ((scores[i] >= threshold) === (targets[i] >= 0.5)) right++;
  }
  return right / known;
}

/** Precision, recall, F1 and positives of each label. */
export function scoresByLabel(targets: ArrayLike<number>, scores: ArrayLike<number>, labels: number, threshold: number): ClassScores[] {
  return Array.from({ length: labels }, (_, label) => {
    let right = 0;
    let predicted = 0;
    let actual = 0;
    for (let i = label; i < targets.length; i += labels) {
      if (Number.isNaN(targets[i])) continue;
      const said = scores[i] >= threshold;
      const is = targets[i] >= 0.5;
      if (said) predicted++;
      if (is) actual++;
      if (said && is) right++;
    }
    return {
      precision: predicted === 0 ? 0 : right / predicted,
      recall: actual === 0 ? 0 : right / actual,
      f1: predicted + actual === 0 ? 0 : (2 * right) / (predicted + actual),
      support: actual,
    };
  });
}
