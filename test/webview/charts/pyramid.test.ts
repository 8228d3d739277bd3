import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pyramid } from "../../../webview/charts/pyramid.js";

const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(NaN, Infinity, -Infinity, 0));

function plainRange(values: ArrayLike<number>, from: number, to: number): [number, number] {
  const finite = Array.from({ length: to - from }, (_, i) => values[from + i]).filter(Number.isFinite);
  return [Math.min(Infinity, ...finite), Math.max(-Infinity, ...finite)];
}

describe("Pyramid", () => {
  it("gives the minimum and maximum of the finite values of any stretch, however it grew", () => {
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 70 }), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat(), (pieces, a, b) => {
        const all = Float64Array.from(pieces.flat());
        const pyramid = new Pyramid();
        let end = 0;
        for (const piece of pieces) pyramid.extend(all, (end += piece.length));
        const [from, to] = [a % (all.length + 1), b % (all.length + 1)].sort((p, q) => p - q);
        const out = new Float64Array(2);
        pyramid.range(all, from, to, out);
        expect([...out]).toEqual(plainRange(all, from, to));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("forgets what was cut off", () => {
    const values = Float64Array.from({ length: 300 }, (_, i) => i);
    const pyramid = new Pyramid();
    pyramid.extend(values, 300);
    values.fill(-5, 130);
    pyramid.truncate(130);
    pyramid.extend(values, 260);
    const out = new Float64Array(2);
    pyramid.range(values, 0, 260, out);
    expect([...out]).toEqual([-5, 129]);
  });

  it("has an empty range where no value is finite", () => {
    const pyramid = new Pyramid();
    const values = new Float64Array(64).fill(NaN);
    pyramid.extend(values, 64);
    const out = new Float64Array(2);
    pyramid.range(values, 0, 64, out);
    expect([...out]).toEqual([Infinity, -Infinity]);
  });
});
