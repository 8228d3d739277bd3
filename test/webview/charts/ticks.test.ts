import { describe, expect, it } from "vitest";
import { axisEnd, linearTicks, logTicks, niceCeiling } from "../../../webview/charts/ticks.js";

describe("ticks", () => {
  it("rounds up to 1, 2, 5 times a power of ten", () => {
    expect([0.3, 1, 11, 20, 21, 501, 1000].map(niceCeiling)).toEqual([0.5, 1, 20, 20, 50, 1000, 1000]);
  });

  it("lets a live run grow into a still axis, never beyond its end, and ends a finished one at its last step", () => {
    expect(axisEnd(0, 710, true)).toBe(10);
    expect(axisEnd(412, 710, true)).toBe(500);
    expect(axisEnd(501, 710, true)).toBe(710);
    expect(axisEnd(412, 710, false)).toBe(412);
    expect(axisEnd(412, null, true)).toBe(500);
  });

  it("puts round numbers on a linear axis", () => {
    expect(linearTicks(0, 3.2, 4)).toEqual([0, 1, 2, 3]);
    expect(linearTicks(0.34, 1, 4)).toEqual([0.4, 0.6, 0.8, 1]);
    expect(linearTicks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
  });

  it("puts powers of ten on a log axis, with 2 and 5 where it is short", () => {
    expect(logTicks(0.05, 2000)).toEqual([0.1, 1, 10, 100, 1000]);
    expect(logTicks(0.9, 6)).toEqual([1, 2, 5]);
  });
});
