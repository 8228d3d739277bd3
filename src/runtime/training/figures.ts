/** Figures of a split's predictions as messages carry them: curves over thresholds, calibration, predicted against true. */
import { DescentError } from "../../common/errors.js";
import { toJsonNumber } from "../../common/numbers.js";
import { calibrationCurve, expectedCalibrationError } from "../../engine/metrics/calibration.js";
import { meanAbsoluteError, r2, rootMeanSquaredError } from "../../engine/metrics/regression.js";
import { areaUnderRoc, averagePrecision, thinned, thresholdCurve } from "../../engine/metrics/thresholds.js";
import type { TrainingProblem } from "../../engine/training/problem.js";
import { classScores, columnValues, givesProbabilities } from "../../engine/training/scores.js";
import type { Predictions } from "../../engine/training/types.js";
import type { Calibration, Figures, Split } from "../../protocol/evaluation.js";

/** Points of a curve, more than a screen has pixels across. */
const mostThresholds = 2000;
/** Points of predicted against true. */
const mostPoints = 5000;
const calibrationBins = 10;

/**
 * Figures of class, label or column `of`. Throws `no-such-class`, `no-probabilities` (a loss whose outputs are none), `no-figures` (a task
 * that has neither classes nor numbers).
 */
export function figuresOf(problem: TrainingProblem, predictions: Predictions, { split, step, of }: { readonly split: Split; readonly step: number; readonly of: number }): Figures {
  const { task } = problem.lossProblem;
  if (task === "regression") return numberFigures(problem, predictions, { split, step, of });
  if (task !== "classification" && task !== "multi_label") throw new DescentError("no-figures", "Curves need classes, labels or numbers to predict.");
  const classes = namesOf(problem);
  if (of >= classes.length) throw new DescentError("no-such-class", `There is no class ${of}; there are ${classes.length}.`);
  if (!givesProbabilities(problem)) throw new DescentError("no-probabilities", `This loss trains outputs that are no probabilities: no threshold of them means anything.`);
  const { positive, probability, right, confidence } = classScores(problem, predictions, of);
  const curve = thresholdCurve(positive, probability);
  const shown = thinned(curve, mostThresholds);
  return {
    kind: "class", split, step, classes, of,
    decidesAt: task === "multi_label" ? problem.threshold : classes.length === 2 ? (of === problem.positive ? problem.threshold : 1 - problem.threshold) : null,
    positives: curve.positives, negatives: curve.negatives,
    thresholds: [...shown.thresholds], truePositives: [...shown.truePositives], falsePositives: [...shown.falsePositives],
    rocAuc: toJsonNumber(areaUnderRoc(curve)), averagePrecision: toJsonNumber(averagePrecision(curve)),
    calibration: calibration(positive, probability), confidence: calibration(right, confidence),
  };
}

function calibration(cameTrue: Uint8Array, probabilities: Float64Array): Calibration {
  const bins = calibrationCurve(cameTrue, probabilities, calibrationBins);
  return { bins, error: toJsonNumber(expectedCalibrationError(bins)) };
}

function numberFigures(problem: TrainingProblem, predictions: Predictions, { split, step, of }: { readonly split: Split; readonly step: number; readonly of: number }): Figures {
  const columns = namesOf(problem);
  if (of >= columns.length) throw new DescentError("no-such-class", `There is no column ${of}; there are ${columns.length}.`);
  const { actual, predicted, rows } = columnValues(problem, predictions, of);
  const shown = rows.length <= mostPoints ? [...rows.keys()] : Array.from({ length: mostPoints }, (_, i) => Math.floor((i * rows.length) / mostPoints));
  const finite = shown.filter((i) => Number.isFinite(actual[i]) && Number.isFinite(predicted[i]));
  let bias = 0;
  for (let i = 0; i < rows.length; i++) bias += (predicted[i] - actual[i]) / rows.length;
  return {
    kind: "numbers", split, step, columns, of,
    actual: finite.map((i) => actual[i]), predicted: finite.map((i) => predicted[i]), examples: finite.map((i) => predictions.indices[rows[i]]),
    count: rows.length,
    mae: toJsonNumber(meanAbsoluteError(actual, predicted)), rmse: toJsonNumber(rootMeanSquaredError(actual, predicted, 1)), r2: toJsonNumber(r2(actual, predicted, 1)),
    bias: toJsonNumber(rows.length === 0 ? Number.NaN : bias),
  };
}

/** Names of classes, labels or columns, as many as there are outputs of them. */
function namesOf({ dataset, lossProblem }: TrainingProblem): string[] {
  const names = dataset.classes ?? dataset.targetColumns;
  const count = lossProblem.task === "classification" ? lossProblem.classes.length : lossProblem.outputWidth;
  return Array.from({ length: count }, (_, i) => names[i] ?? String(i));
}
