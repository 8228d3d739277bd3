/** Whether probabilities mean what they say (DeGroot and Fienberg, 1983; Niculescu-Mizil and Caruana, 2005). */

/** One of equally wide bins of predicted probability that holds examples. */
export interface CalibrationBin {
  /** Bounds of the bin; a probability on an inner bound belongs to the bin below it, as in scikit-learn. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean of the predicted probabilities. */
  readonly predicted: number;
  /** Share of the examples for which it came true. */
  readonly observed: number;
}

/** Reliability curve over `bins` bins of [0, 1], empty ones left out (scikit-learn's `calibration_curve(strategy="uniform")`). */
export function calibrationCurve(cameTrue: ArrayLike<number>, probabilities: ArrayLike<number>, bins: number): CalibrationBin[] {
  const [counts, predicted, observed] = [0, 1, 2].map(() => new Float64Array(bins));
  for (let i = 0; i < probabilities.length; i++) {
    let bin = 0;
    while (bin < bins - 1 && (bin + 1) / bins < probabilities[i]) bin++;
    counts[bin]++;
    predicted[bin] += probabilities[i];
    observed[bin] += cameTrue[i] ? 1 : 0;
  }
  return Array.from(counts, (count, bin) => ({ from: bin / bins, to: (bin + 1) / bins, count, predicted: predicted[bin] / count, observed: observed[bin] / count })).filter(({ count }) => count > 0);
}

/** Expected calibration error: the mean gap between predicted and observed, weighted by examples (Guo et al., 2017, equation 3); NaN for none. */
export function expectedCalibrationError(curve: readonly CalibrationBin[]): number {
  const examples = curve.reduce((sum, { count }) => sum + count, 0);
  return curve.reduce((sum, { count, predicted, observed }) => sum + (count / examples) * Math.abs(predicted - observed), examples === 0 ? Number.NaN : 0);
}
