import { describe, expect, it } from "vitest";
import { classScores, hits, worstCells } from "../../../webview/panels/run/confusion.js";

const matrix = { split: "validation" as const, step: 10, classes: ["cat", "dog", "owl"], counts: [8, 2, 0, 1, 9, 0, 0, 0, 0] };

describe("confusion matrix", () => {
  it("gives precision, recall and F1 by class", () => {
    const [cat, dog, owl] = classScores(matrix);
    expect(cat).toEqual({ name: "cat", precision: 8 / 9, recall: 0.8, f1: 16 / 19, support: 10 });
    expect(dog.precision).toBeCloseTo(9 / 11, 12);
    expect(owl).toEqual({ name: "owl", precision: NaN, recall: NaN, f1: NaN, support: 0 });
  });

  it("counts the right ones and ranks the mistakes", () => {
    expect(hits(matrix)).toEqual({ right: 17, total: 20 });
    expect(worstCells(matrix, 5)).toEqual([{ actual: 0, predicted: 1, count: 2 }, { actual: 1, predicted: 0, count: 1 }]);
  });
});
