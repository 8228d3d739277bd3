/** What every threshold of a score would decide: the counts behind ROC and precision-recall curves. */

/**
 * Decisions "score >= threshold is positive" at each different score, thresholds falling. Entry i counts the examples at or above
 * thresholds[i]; the last entry counts all of them.
 */
export interface ThresholdCurve {
  readonly positives: number;
  readonly negatives: number;
  readonly thresholds: Float64Array;
  readonly truePositives: Int32Array;
  readonly falsePositives: Int32Array;
}

/** `positive[i]` is 1 or 0; scores are finite. As scikit-learn's `roc_curve(drop_intermediate=False)`, without its first point at infinity. */
export function thresholdCurve(positive: ArrayLike<number>, scores: ArrayLike<number>): ThresholdCurve {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
  const thresholds: number[] = [];
  const truePositives: number[] = [];
  const falsePositives: number[] = [];
  let [right, wrong] = [0, 0];
  order.forEach((example, i) => {
    if (positive[example]) right++;
    else wrong++;
    if (i + 1 < order.length && scores[order[i + 1]] === scores[example]) return;
    thresholds.push(scores[example]);
    truePositives.push(right);
    falsePositives.push(wrong);
  });
  return { positives: right, negatives: wrong, thresholds: Float64Array.from(thresholds), truePositives: Int32Array.from(truePositives), falsePositives: Int32Array.from(falsePositives) };
}

/** Area under the ROC curve by the trapezoidal rule, from (0, 0); NaN where there are no positives or no negatives. */
export function areaUnderRoc({ positives, negatives, truePositives, falsePositives }: ThresholdCurve): number {
  let area = 0;
  let [lastTrue, lastFalse] = [0, 0];
  for (let i = 0; i < truePositives.length; i++) {
    area += ((falsePositives[i] - lastFalse) * (truePositives[i] + lastTrue)) / 2;
    [lastTrue, lastFalse] = [truePositives[i], falsePositives[i]];
  }
  return area / (positives * negatives);
}

/** Mean of the precision over the positives, sum (R_i - R_i-1) P_i (scikit-learn's `average_precision_score`); NaN without positives. */
export function averagePrecision({ positives, truePositives, falsePositives }: ThresholdCurve): number {
  let sum = 0;
  let last = 0;
  for (let i = 0; i < truePositives.length; i++) {
    sum += ((truePositives[i] - last) * truePositives[i]) / (truePositives[i] + falsePositives[i]);
    last = truePositives[i];
  }
  return sum / positives;
}

/** At most about `most` thresholds of a curve, evenly by examples counted, the first and the last among them: for a picture. Counts stay exact. */
export function thinned(curve: ThresholdCurve, most: number): ThresholdCurve {
  const { thresholds, truePositives, falsePositives } = curve;
  if (thresholds.length <= most) return curve;
  const examples = curve.positives + curve.negatives;
  const kept: number[] = [];
  let bucket = -1;
  for (let i = 0; i < thresholds.length; i++) {
    const at = Math.floor(((truePositives[i] + falsePositives[i]) / examples) * (most - 2));
    if (at === bucket && i + 1 < thresholds.length) continue;
    kept.push(i);
    bucket = at;
  }
  return {
    ...curve,
    thresholds: Float64Array.from(kept, (i) => thresholds[i]),
    truePositives: Int32Array.from(kept, (i) => truePositives[i]),
    falsePositives: Int32Array.from(kept, (i) => falsePositives[i]),
  };
}
