import { describe, expect, it } from "vitest";
import { tridiagonalEigenvalues } from "../../../../src/engine/training/curvature/tridiagonal.js";

describe("eigenvalues of a tridiagonal matrix", () => {
  it("are 2 - 2 cos(k pi / (n + 1)) for the second difference, and the last components sqrt(2 / (n + 1)) |sin(k pi n / (n + 1))|", () => {
    const n = 12;
    const pairs = tridiagonalEigenvalues(Array.from({ length: n }, () => 2), Array.from({ length: n - 1 }, () => -1));
    pairs.forEach(({ value, last }, i) => {
      const k = i + 1;
      expect(value).toBeCloseTo(2 - 2 * Math.cos((k * Math.PI) / (n + 1)), 12);
      expect(last).toBeCloseTo(Math.sqrt(2 / (n + 1)) * Math.abs(Math.sin((k * Math.PI * n) / (n + 1))), 10);
    });
  });

  it("of a diagonal one are its entries, of a single entry itself", () => {
    expect(tridiagonalEigenvalues([3, -1, 2], [0, 0]).map(({ value }) => value)).toEqual([-1, 2, 3]);
    expect(tridiagonalEigenvalues([7], [])).toEqual([{ value: 7, last: 1 }]);
  });
});
