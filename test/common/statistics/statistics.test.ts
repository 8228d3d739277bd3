/** The statistics of few runs against SciPy's (test/fixtures/statistics). */
import { describe, expect, it } from "vitest";
import { pairedTest, welchTest, type Comparison } from "../../../src/common/statistics/compareSamples.js";
import { compareMetrics } from "../../../src/common/statistics/compareMetrics.js";
import { summarize } from "../../../src/common/statistics/sample.js";
import { criticalT, twoSidedP } from "../../../src/common/statistics/studentT.js";
import scipy from "../../fixtures/statistics/statistics.json";

/** Relative closeness; absolute near 0. */
function near(ours: number, theirs: number, relative = 1e-10): void {
  expect(Math.abs(ours - theirs), `${ours} against ${theirs}`).toBeLessThanOrEqual(relative * Math.max(Math.abs(theirs), 1e-12));
}

function nearTest(ours: Comparison, theirs: { t: number; df: number; p: number; low: number; high: number }): void {
  near(ours.t, theirs.t, 1e-9);
  near(ours.freedom, theirs.df, 1e-9);
  near(ours.p, theirs.p, 1e-9);
  // SciPy's interval is of the first minus the second
  near(ours.interval![0], -theirs.high, 1e-9);
  near(ours.interval![1], -theirs.low, 1e-9);
}

describe("Student's t", () => {
  it("has SciPy's quantiles and tails", () => {
    for (const { df, t } of scipy.quantiles) near(criticalT(0.95, df), t);
    for (const { t, df, p } of scipy.tails) near(twoSidedP(t, df), p, 1e-9);
  });
});

describe("a sample", () => {
  it("has SciPy's mean, deviation and interval", () => {
    for (const { values, mean, deviation, low, high } of scipy.intervals) {
      const ours = summarize(values);
      near(ours.mean, mean);
      near(ours.deviation, deviation, 1e-8);
      near(ours.interval![0], low);
      near(ours.interval![1], high);
    }
  });

  it("of one value has no interval", () => expect(summarize([0.5])).toMatchObject({ n: 1, mean: 0.5, interval: null }));

  it("with a value that is not finite has no interval", () => expect(summarize([0.5, Number.NaN, 1]).interval).toBeNull());
});

describe("Welch's test", () => {
  it("equals SciPy's", () => {
    for (const { a, b, ...theirs } of scipy.welch) nearTest(welchTest(a, b), theirs);
  });

  it("of samples without any spread says that only means that differ do", () => {
    expect(welchTest([1, 1], [1, 1]).p).toBe(1);
    expect(welchTest([1, 1], [2, 2]).p).toBe(0);
  });

  it("of too few values says nothing", () => expect(welchTest([1], [2, 3])).toMatchObject({ interval: null, p: Number.NaN }));
});

describe("the paired test", () => {
  it("equals SciPy's", () => {
    for (const { a, b, ...theirs } of scipy.paired) nearTest(pairedTest(a, b), theirs);
  });
});

describe("groups of runs", () => {
  const runs = (values: readonly number[]) => values.map((value, i) => ({ "validation/accuracy": value, [i === 0 ? "train/loss" : "test/loss"]: 1 }));

  it("are compared by the metrics that all of them have", () => {
    const { a, b, t, df, p } = scipy.welch[0];
    const [comparison, ...others] = compareMetrics(runs(a), runs(b));
    expect(others).toEqual([]);
    near(comparison.t, t);
    near(comparison.freedom, df);
    near(comparison.p, p);
    expect(comparison).toMatchObject({ metric: "validation/accuracy", verdict: p < 0.05 ? "differs" : "chance" });
  });

  it("of one run say nothing", () => expect(compareMetrics(runs([0.5]), runs([0.5, 0.6]))).toMatchObject([{ verdict: "unknown" }]));
});
