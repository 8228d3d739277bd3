import { describe, expect, it } from "vitest";
import { Series, type SeriesFacts } from "../../../src/common/series/series.js";
import { describeCurve } from "../../../webview/charts/summary.js";

function series(...values: number[]): SeriesFacts {
  const one = new Series();
  one.append(Float64Array.from(values, (_, i) => 1 + i * 100), Float64Array.from(values));
  return one.facts;
}

describe("describeCurve", () => {
  it("tells the direction, the ends and the span", () => {
    expect(describeCurve("train", series(2.31, 1.1, 0.0812))).toBe("train fell from 2.31 to 0.0812 in 200 steps");
    expect(describeCurve("accuracy", series(0.1, 0.97))).toBe("accuracy rose from 0.100 to 0.970 in 100 steps");
    expect(describeCurve("rate", series(0.05, 0.05))).toBe("rate stayed near 0.0500 over 100 steps");
  });

  it("names what is not finite", () => {
    expect(describeCurve("train", series(2, 4, NaN))).toBe("train rose from 2 to 4 in 100 steps, not finite at 1 of its points");
    expect(describeCurve("train", series(NaN, NaN))).toBe("train has no finite value in 2 points");
  });

  it("says what it lacks", () => {
    expect(describeCurve("train", new Series().facts)).toBe("train has no points yet");
    expect(describeCurve("validation", series(0.5))).toBe("validation is 0.500 at step 1");
  });
});
