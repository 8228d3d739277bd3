import { expect, it } from "vitest";
import { formatTick } from "../../../webview/charts/horizontalAxis.js";

it("tells ticks of a narrow range apart, and is short elsewhere", () => {
  expect([31235.6, 31235.8, 31236].map((value) => formatTick(null, value))).toEqual(["31,235.6", "31,235.8", "31,236"]);
  expect([0.5931, 0.59315, -0.5932].map((value) => formatTick(null, value))).toEqual(["0.5931", "0.59315", "−0.5932"]);
  expect(formatTick(null, 0.00015)).toBe("1.5e-4");
  expect(formatTick(null, 0.1 + 0.2)).toBe("0.3");
  expect(formatTick(null, 0.000123456789).length).toBeLessThan(10);
});
