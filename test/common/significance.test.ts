import { describe, expect, it } from "vitest";
import { rankTest, welchTest } from "../../src/common/significance.js";
import rows from "../fixtures/statistics/significance.json" with { type: "json" };

describe("against SciPy", () => {
  it.each(rows)("groups of $a.length and $b.length", ({ a, b, t, df, p, u, ranks }) => {
    const welch = welchTest(a, b);
    expect(welch.statistic / t).toBeCloseTo(1, 9);
    expect(welch.degrees / df).toBeCloseTo(1, 9);
    expect(welch.p / p).toBeCloseTo(1, 8);
    const ranked = rankTest(a, b);
    expect(ranked.statistic).toBe(u);
    expect(ranked.p).toBeCloseTo(ranks, 12);
  });
});

describe("at the edges", () => {
  it("equal groups without deviation do not differ, unequal ones do", () => {
    expect(welchTest([0.1, 0.1, 0.1], [0.1, 0.1])).toMatchObject({ p: 1, difference: 0 });
    expect(welchTest([0.3, 0.3, 0.3], [0.1, 0.1])).toMatchObject({ p: 0 });
  });

  it("runs that broke stand above all others", () => {
    expect(rankTest([NaN, NaN, Infinity, NaN, NaN], [1, 2, 3, 4, 5]).p).toBeCloseTo(2 / 252, 12);
    expect(rankTest([NaN, NaN], [NaN, NaN]).p).toBe(1);
  });

  it("one value is no group", () => expect(() => welchTest([1], [2, 3])).toThrow());
});
