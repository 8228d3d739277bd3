import { describe, expect, it } from "vitest";
import { quantilesOf } from "../../../webview/charts/quantiles.js";

describe("quantilesOf", () => {
  it("lies where the share of evenly spread values lies", () => {
    expect(quantilesOf({ min: 0, max: 4, counts: [1, 1, 1, 1] }, [0, 0.25, 0.5, 0.875, 1])).toEqual([0, 1, 2, 3.5, 4]);
    expect(quantilesOf({ min: 0, max: 3, counts: [8, 0, 2] }, [0, 0.4, 0.8, 0.9, 1])).toEqual([0, 0.5, 1, 2.5, 3]);
  });

  it("is the value itself where all are equal, and nothing where there are none", () => {
    expect(quantilesOf({ min: 7, max: 7, counts: [3] }, [0, 0.5, 1])).toEqual([7, 7, 7]);
    expect(quantilesOf({ min: 0, max: 0, counts: [] }, [0.5])).toEqual([NaN]);
  });
});
