import { describe, expect, it } from "vitest";
import { rankTest } from "../../../src/common/statistics/rankTest.js";
import rows from "../../fixtures/statistics/rankTest.json" with { type: "json" };

describe("against SciPy", () => {
  it.each(rows)("samples of $a.length and $b.length", ({ a, b, u, ranks }) => {
    const found = rankTest(a, b);
    expect(found.u).toBe(u);
    expect(found.p).toBeCloseTo(ranks, 12);
  });
});

it("runs that broke stand above all others", () => {
  expect(rankTest([NaN, NaN, Infinity, NaN, NaN], [1, 2, 3, 4, 5]).p).toBeCloseTo(2 / 252, 12);
  expect(rankTest([NaN, NaN], [NaN, NaN]).p).toBe(1);
});
