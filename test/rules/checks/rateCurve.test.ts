import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { inner, ratesBetween, smoothed, suggestions } from "../../../src/rules/checks/rateCurve.js";

interface Curve {
  readonly rates: number[];
  readonly raw: number[];
  readonly steep: number;
  readonly minimum: number;
  readonly valley: number;
}

const curves = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, "../../fixtures/checks/learningRateFinder.json"), "utf8")) as Curve[];

describe("suggestions of a learning-rate range test", () => {
  it.each(curves.map((curve, i) => [i, curve] as const))("are fastai's on curve %i", (_, { rates, raw, steep, minimum, valley }) => {
    const found = suggestions(inner({ rates, losses: smoothed(raw) }));
    expect(found.steepest).toBeCloseTo(steep, 12);
    expect(found.minimumTenth).toBeCloseTo(minimum, 12);
    expect(found.valley).toBeCloseTo(valley, 12);
  });

  it("are none where the loss only rises, but for the minimum", () => {
    expect(suggestions({ rates: [1, 2, 3], losses: [1, 2, 3] })).toEqual({ steepest: null, minimumTenth: 0.1, valley: null });
  });

  it("go by rates that are even over their logarithm", () => {
    const rates = ratesBetween(1e-7, 10, 100);
    expect([rates.length, rates[0], rates[99]]).toEqual([100, 1e-7, expect.closeTo(10, 10)]);
    expect(rates[50] / rates[49]).toBeCloseTo(rates[1] / rates[0], 10);
  });
});
