import { describe, expect, it } from "vitest";
import { formatCount, formatCountOf, formatDuration, formatScore, formatSetting, formatShare, formatShort, formatValue } from "../../src/common/format.js";

describe("formatting figures", () => {
  it("writes values with three significant digits, small and huge ones with exponents", () => {
    expect([0.0812, 0.971, 2.31, 12.34, 1180.4, 46_730, 0, 5, -0.5].map((x) => formatValue(x))).toEqual(["0.0812", "0.971", "2.31", "12.3", "1,180", "46,730", "0", "5", "−0.500"]);
    expect([1e-3, 3.256e-4, 0.00999, 1.5e7, -2e-5].map((x) => formatValue(x))).toEqual(["1e-3", "3.26e-4", "9.99e-3", "1.5e7", "−2e-5"]);
    expect(formatValue(0.97104, 4)).toBe("0.9710");
  });

  it("names what is no number", () => {
    expect([NaN, Infinity, -Infinity].map((x) => formatValue(x))).toEqual(["NaN", "∞", "−∞"]);
  });

  it("writes settings as a person types them", () => {
    expect([1e-3, 0.05, 0.1, 3e-4, 1, 0.025, 20_000, 1e9, 1e27].map(formatSetting)).toEqual(["1e-3", "0.05", "0.1", "3e-4", "1", "0.025", "20000", "1e9", "1e27"]);
  });

  it("groups counts and shortens large ones", () => {
    expect(formatCount(52_138)).toBe("52,138");
    expect([812, 52_138, 1_094_400, 3.2e9].map(formatShort)).toEqual(["812", "52.1 k", "1.09 M", "3.20 G"]);
  });

  it("writes time as m:ss", () => {
    expect([0, 4.9, 64, 3599, 3723, NaN, -1].map(formatDuration)).toEqual(["0:00", "0:04", "1:04", "59:59", "1:02:03", "0:00", "0:00"]);
  });

  it("counts one thing, and several", () => {
    expect([0, 1, 2, 1200].map((count) => formatCountOf(count, "trial"))).toEqual(["0 trials", "1 trial", "2 trials", "1,200 trials"]);
  });

  it("writes scores with one decimal but for none and all", () => {
    expect([0, 1e-5, 0.5, 0.9634, 0.99, 0.9996, 1, NaN].map(formatScore)).toEqual(["0 %", "0.1 %", "50.0 %", "96.3 %", "99.0 %", "99.9 %", "100 %", "–"]);
  });

  it("never rounds a share to all or nothing", () => {
    expect([0, 0.0004, 0.58, 0.9961, 0.99999, 1, NaN].map(formatShare)).toEqual(["0 %", "0.1 %", "58 %", "99.6 %", "99.9 %", "100 %", "–"]);
  });
});
