import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import path from "node:path";
import { cellsOf } from "../../../src/protocol/confusionCells.js";
import { cellValues, classScores, confusionOf, difference, hits, macroAverage, microAverage, worstCells, worstFirst } from "../../../webview/panels/run/confusion.js";

const matrix = confusionOf({ split: "validation", step: 10, classes: ["cat", "dog", "owl"], cells: cellsOf([8, 2, 0, 1, 9, 0, 0, 0, 0]) });
const close = (got: readonly number[], expected: readonly number[]) => got.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));

describe("confusion matrix", () => {
  it("gives precision, recall and F1 by class", () => {
    const [cat, dog, owl] = classScores(matrix);
    expect(cat).toEqual({ name: "cat", truePositives: 8, falsePositives: 1, falseNegatives: 2, trueNegatives: 9, precision: 8 / 9, recall: 0.8, f1: 16 / 19, support: 10 });
    expect(dog.precision).toBeCloseTo(9 / 11, 12);
    expect(owl).toEqual({ name: "owl", truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 20, precision: NaN, recall: NaN, f1: NaN, support: 0 });
  });

  it("counts the right ones and ranks the mistakes", () => {
    expect(hits(matrix)).toEqual({ right: 17, total: 20 });
    expect(worstCells(matrix, 5)).toEqual([{ actual: 0, predicted: 1, count: 2 }, { actual: 1, predicted: 0, count: 1 }]);
  });

  it("equals scikit-learn by class, macro and micro", () => {
    const fixture = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../fixtures/metrics/metrics.json"), "utf8"));
    const scores = classScores({ classes: Array.from({ length: fixture.classes }, (_, k) => String(k)), counts: Float64Array.from(fixture.confusion) });
    close(scores.map((s) => s.precision || 0), fixture.precision);
    close(scores.map((s) => s.recall || 0), fixture.recall);
    close(scores.map((s) => s.f1 || 0), fixture.f1);
    const [macro, micro] = [macroAverage(scores), microAverage(scores)];
    close([macro.precision, macro.recall, macro.f1], fixture.macro);
    close([micro.precision, micro.recall, micro.f1], fixture.micro);
    close(scores.flatMap((s) => [s.trueNegatives, s.falsePositives, s.falseNegatives, s.truePositives]), fixture.multilabel_confusion);
    const confusion = { classes: scores.map(({ name }) => name), counts: Float64Array.from(fixture.confusion as number[]) };
    close([...cellValues(confusion, "rows")], fixture.confusion_rows);
    close([...cellValues(confusion, "columns")], fixture.confusion_columns);
  });

  it("puts the classes that are confused most first, and keeps the order of equal ones", () => {
    expect(worstFirst({ classes: ["a", "b", "c", "d"], counts: Float64Array.from([5, 0, 0, 0, 0, 5, 1, 0, 0, 2, 5, 0, 0, 0, 0, 5]) })).toEqual([1, 2, 0, 3]);
  });

  it("subtracts counts and shares", () => {
    const other = { classes: matrix.classes, counts: Float64Array.from([10, 0, 0, 5, 5, 0, 0, 0, 0]) };
    expect([...difference(matrix, other, "counts")]).toEqual([-2, 2, 0, -4, 4, 0, 0, 0, 0]);
    close([...difference(matrix, other, "rows")], [-0.2, 0.2, 0, -0.4, 0.4, 0, 0, 0, 0]);
  });
});
