/**
 * Metrics of class predictions. `actual` and `predicted` hold class indices, one an example; a prediction is the class of
 * the largest output. Definitions and edge cases are scikit-learn's; an undefined ratio (0 / 0) is 0, as its `zero_division=0`.
 */

/** Share of examples whose predicted class is the actual one, within [0, 1]; NaN for no examples. */
export function accuracy(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < actual.length; i++) if (actual[i] === predicted[i]) right++;
  return right / actual.length;
}

/** counts[actual * classes + predicted]. Indices must be within [0, classes). */
export function confusionMatrix(actual: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): Int32Array {
  const counts = new Int32Array(classes * classes);
  for (let i = 0; i < actual.length; i++) counts[actual[i] * classes + predicted[i]]++;
  return counts;
}

/**
 * Share of examples whose actual class is among the k largest of their scores. Of equal scores the class with the higher index counts
 * as the larger, as in scikit-learn's `top_k_accuracy_score`. `scores` is [n, classes], row-major.
 */
export function topKAccuracy(actual: ArrayLike<number>, scores: ArrayLike<number>, classes: number, k: number): number {
  let right = 0;
  for (let i = 0; i < actual.length; i++) {
    const own = scores[i * classes + actual[i]];
    let larger = 0;
    for (let c = 0; c < classes; c++) {
      const score = scores[i * classes + c];
      if (score > own || (score === own && c > actual[i])) larger++;
    }
    if (larger < k) right++;
  }
  return right / actual.length;
}

/** Precision tp / (tp + fp), recall tp / (tp + fn), their harmonic mean, and the number of actual examples, of one class. */
export interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}

/** Scores of each class from a confusion matrix (counts[actual * classes + predicted]). */
export function scoresByClass(counts: ArrayLike<number>, classes: number): ClassScores[] {
  return Array.from({ length: classes }, (_, c) => {
    let actual = 0;
    let predicted = 0;
    for (let other = 0; other < classes; other++) {
      actual += counts[c * classes + other];
      predicted += counts[other * classes + c];
    }
    return classScores(counts[c * classes + c], predicted, actual);
  });
}

/** Unweighted mean over the classes that occur, among actual or predicted classes. */
export function macroScores(counts: ArrayLike<number>, classes: number): Omit<ClassScores, "support"> {
  const occurs = (c: number) => Array.from({ length: classes }, (_, other) => counts[c * classes + other] + counts[other * classes + c]).some((count) => count > 0);
  const scores = scoresByClass(counts, classes).filter((_, c) => occurs(c));
  const mean = (of: (score: ClassScores) => number) => scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  return { precision: mean((s) => s.precision), recall: mean((s) => s.recall), f1: mean((s) => s.f1) };
}

/** Over all decisions together; for one class an example, all three equal the accuracy. */
export function microScores(counts: ArrayLike<number>, classes: number): Omit<ClassScores, "support"> {
  let right = 0;
  let all = 0;
  for (let actual = 0; actual < classes; actual++) {
    right += counts[actual * classes + actual];
    for (let predicted = 0; predicted < classes; predicted++) all += counts[actual * classes + predicted];
  }
  const { precision, recall, f1 } = classScores(right, all, all);
  return { precision, recall, f1 };
}

function classScores(right: number, predicted: number, actual: number): ClassScores {
  return {
    precision: predicted === 0 ? 0 : right / predicted,
    recall: actual === 0 ? 0 : right / actual,
    f1: predicted + actual === 0 ? 0 : (2 * right) / (predicted + actual),
    support: actual,
  };
}
