import { expect, it } from "vitest";
import { isNoise } from "../../../webview/charts/drawLines.js";

const line = (values: readonly number[]) => ({ y: Float64Array.from(values), count: values.length });
const linear = { ky: -100, log: false };

it("takes a line that runs up and down within the columns for noise, and no smooth or sparse one", () => {
  const noise = Array.from({ length: 1800 }, (_, i) => (i % 2 === 0 ? 0 : 0.5));
  expect(isNoise(line(noise), 900, linear)).toBe(true);
  expect(isNoise(line(noise.slice(0, 900)), 900, linear)).toBe(false);
  expect(isNoise(line(Array.from({ length: 1800 }, (_, i) => Math.exp(-i / 400))), 900, linear)).toBe(false);
  expect(isNoise(line(noise.map((value) => value / 10)), 900, linear)).toBe(false);
});

it("measures by what is seen on a logarithmic axis, and passes over values that are not finite", () => {
  const decades = Array.from({ length: 1800 }, (_, i) => (i % 2 === 0 ? 1e-6 : 1e-5));
  expect(isNoise(line(decades), 900, linear)).toBe(false);
  expect(isNoise(line(decades), 900, { ky: -100, log: true })).toBe(true);
  expect(isNoise(line(Array.from({ length: 1800 }, (_, i) => (i % 2 === 0 ? NaN : 1))), 900, linear)).toBe(false);
});
