import { expect, it } from "vitest";
import { equalBins } from "../../../webview/charts/equalBins.js";

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

it("leaves bins of one width as they are", () => {
  const bins = { left: [0, 1, 2], right: [1, 2, 3], counts: [5, 0, 7] };
  const { left, right, counts } = equalBins(bins);
  expect([...left]).toEqual(bins.left);
  expect([...right]).toEqual(bins.right);
  expect([...counts]).toEqual(bins.counts);
});

it("spreads a bin's values over its width, and keeps their number", () => {
  // one value within a hair's breadth of 0 beside a hundred on either side
  const { left, right, counts } = equalBins({ left: [-3, -1e-9, 1e-9], right: [-1e-9, 1e-9, 3], counts: [100, 1, 100] });
  expect(counts.length).toBe(30);
  expect([left[0], right[29]]).toEqual([-3, 3]);
  expect(sum(counts)).toBeCloseTo(201, 9);
  expect(Math.max(...counts)).toBeLessThan(8);
  expect(counts[0]).toBeCloseTo(100 / 15, 6);
});

it("puts values of a bin without width where they are, and gives back what has no width at all", () => {
  const { counts } = equalBins({ left: [0, 3, 3], right: [3, 3, 6], counts: [30, 5, 30] });
  expect(sum(counts)).toBeCloseTo(65, 9);
  expect(counts[15]).toBeCloseTo(2 + 5, 9);
  expect([...equalBins({ left: [2], right: [2], counts: [9] }).counts]).toEqual([9]);
  expect(equalBins({ left: [], right: [], counts: [] }).counts.length).toBe(0);
});
