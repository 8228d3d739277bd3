import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { accuracy, confusionMatrix, macroScores, microScores, scoresByClass, topKAccuracy } from "../../../src/engine/metrics/classification.js";
import { binaryAccuracy, scoresByLabel } from "../../../src/engine/metrics/multiLabel.js";
import { meanAbsoluteError, r2, rootMeanSquaredError } from "../../../src/engine/metrics/regression.js";
import { macroRocAuc, rocAuc } from "../../../src/engine/metrics/rocAuc.js";

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
