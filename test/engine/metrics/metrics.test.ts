import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { accuracy, confusionMatrix, macroScores, microScores, scoresByClass, topKAccuracy } from "../../../src/engine/metrics/classification.js";
import { calibrationCurve, expectedCalibrationError } from "../../../src/engine/metrics/calibration.js";
import { binaryAccuracy, scoresByLabel } from "../../../src/engine/metrics/multiLabel.js";
import { meanAbsoluteError, r2, rootMeanSquaredError } from "../../../src/engine/metrics/regression.js";
import { macroRocAuc, rocAuc } from "../../../src/engine/metrics/rocAuc.js";
import { areaUnderRoc, averagePrecision, thinned, thresholdCurve } from "../../../src/engine/metrics/thresholds.js";

/** Made by scikit-learn: see make.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../fixtures/metrics/metrics.json"), "utf8"));
const { actual, predicted, scores, classes, confusion } = fixture;

const close = (got: readonly number[], expected: readonly number[]) => {
  expect(got.length).toBe(expected.length);
  got.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
};

test("accuracy, confusion matrix, top-k", () => {
  expect(accuracy(actual, predicted)).toBeCloseTo(fixture.accuracy, 12);
  expect(Array.from(confusionMatrix(actual, predicted, classes))).toEqual(confusion);
  close([topKAccuracy(actual, scores, classes, 2), topKAccuracy(actual, scores, classes, 3)], [fixture.top_2, fixture.top_3]);
  expect(topKAccuracy(actual, scores, classes, classes)).toBe(1);
  expect(accuracy([], [])).toBeNaN();
});

test("precision, recall and F1 by class, macro and micro; a class that never occurs scores 0", () => {
  const byClass = scoresByClass(confusion, classes);
  close(byClass.map((s) => s.precision), fixture.precision);
  close(byClass.map((s) => s.recall), fixture.recall);
  close(byClass.map((s) => s.f1), fixture.f1);
  expect(byClass.map((s) => s.support)).toEqual(fixture.support);
  const macro = macroScores(confusion, classes);
  close([macro.precision, macro.recall, macro.f1], fixture.macro);
  const micro = microScores(confusion, classes);
  close([micro.precision, micro.recall, micro.f1], fixture.micro);
});

test("area under the ROC curve, with ties; undefined for one class", () => {
  close([rocAuc(fixture.binary, fixture.binary_scores), macroRocAuc(actual, scores, classes)], [fixture.auc, fixture.macro_auc]);
  expect(rocAuc([1, 1], [0.2, 0.4])).toBeNaN();
  expect(rocAuc([0, 1], [0.5, 0.5])).toBe(0.5);
});

test("multi-label decisions", () => {
  const { labels, label_scores: labelScores } = fixture;
  expect(binaryAccuracy(labels, labelScores, 0.5)).toBeCloseTo(fixture.label_accuracy, 12);
  const byLabel = scoresByLabel(labels, labelScores, 3, 0.5);
  close(byLabel.map((s) => s.precision), fixture.label_precision);
  close(byLabel.map((s) => s.recall), fixture.label_recall);
  close(byLabel.map((s) => s.f1), fixture.label_f1);
});

test("regression", () => {
  const { targets, guesses } = fixture;
  close([meanAbsoluteError(targets, guesses), rootMeanSquaredError(targets, guesses, 2), r2(targets, guesses, 2)], [fixture.mae, fixture.rmse, fixture.r2]);
  expect(r2([3, 3, 3], [3, 3, 4], 1)).toBe(fixture.r2_constant);
  expect(r2([3, 3, 3], [3, 3, 3], 1)).toBe(1);
  expect(r2([3], [3], 1)).toBeNaN();
});

test("counts at every threshold, areas under ROC and precision-recall curves", () => {
  const curve = thresholdCurve(fixture.binary, fixture.binary_scores);
  const { curves } = fixture;
  close([...curve.thresholds], curves.thresholds);
  close(Array.from(curve.falsePositives, (count) => count / curve.negatives), curves.false_positive_rate);
  close(Array.from(curve.truePositives, (count) => count / curve.positives), curves.true_positive_rate);
  const until = curves.precision.length; // scikit-learn's ends where recall is 1
  close(Array.from(curve.truePositives, (count, i) => count / (count + curve.falsePositives[i])).slice(0, until), curves.precision);
  close(Array.from(curve.truePositives, (count) => count / curve.positives).slice(0, until), curves.recall);
  close([areaUnderRoc(curve), averagePrecision(curve)], [curves.roc_auc, curves.average_precision]);
  expect(areaUnderRoc(thresholdCurve([1, 1], [0.1, 0.2]))).toBeNaN();
  expect(averagePrecision(thresholdCurve([0, 0], [0.1, 0.2]))).toBeNaN();
});

test("a thinned curve keeps its ends and its counts", () => {
  const scores = Float64Array.from({ length: 20_000 }, (_, i) => i / 20_000);
  const positive = Uint8Array.from(scores, (_, i) => Number(i % 3 === 0));
  const whole = thresholdCurve(positive, scores);
  const thin = thinned(whole, 500);
  expect(thin.thresholds.length).toBeLessThanOrEqual(501);
  expect(thin.thresholds.length).toBeGreaterThan(490);
  expect([thin.thresholds[0], thin.thresholds.at(-1)]).toEqual([whole.thresholds[0], whole.thresholds.at(-1)]);
  thin.thresholds.forEach((threshold, i) => expect(thin.truePositives[i]).toBe(positive.filter((is, k) => is && scores[k] >= threshold).length));
  expect(thinned(thin, 600)).toBe(thin);
});

test.each(["calibration", "calibration_edges"])("calibration curve and expected calibration error: %s", (name) => {
  const expected = fixture[name];
  const bins = calibrationCurve(expected.true, expected.score, 10);
  close(bins.map(({ predicted: mean }) => mean), expected.predicted);
  close(bins.map(({ observed }) => observed), expected.observed);
  expect(bins.map(({ count }) => count)).toEqual(expected.counts);
  expect(expectedCalibrationError(bins)).toBeCloseTo(expected.error, 12);
  expect(expectedCalibrationError([])).toBeNaN();
});
