import { describe, expect, it } from "vitest";
import { spectrumEnds } from "../../../../src/engine/training/curvature/lanczos.js";

/** A diagonal operator: its eigenvalues are its entries. */
const diagonal = (entries: readonly number[]) => ({ size: entries.length, product: async (v: Float32Array) => v.map((x, i) => x * entries[i]) });

describe("Lanczos", () => {
  it("finds both ends among many values between", async () => {
    const entries = Array.from({ length: 500 }, (_, i) => (i === 17 ? 40 : i === 400 ? -3 : Math.sin(i)));
    const ends = await spectrumEnds({ ...diagonal(entries), most: 60, tolerance: 1e-3, seed: 0 });
    expect(ends.converged).toBe(true);
    expect(ends.products).toBeLessThan(40);
    expect(ends.largest).toBeCloseTo(40, 3);
    expect(Math.abs(ends.smallest + 3)).toBeLessThan(0.04);
    expect(Math.abs(ends.smallest + 3)).toBeLessThanOrEqual(ends.smallestError + 1e-4);
  });

  it("ends where the vectors span all there is", async () => {
    expect(await spectrumEnds({ ...diagonal([5, -2, 1]), most: 60, tolerance: 0, seed: 1 })).toMatchObject({ largest: expect.closeTo(5, 5) as number, smallest: expect.closeTo(-2, 5) as number, products: 3, converged: true });
    expect(await spectrumEnds({ ...diagonal(new Array<number>(50).fill(0)), most: 60, tolerance: 1e-3, seed: 1 })).toMatchObject({ largest: 0, smallest: 0, converged: true, products: 1 });
  });

  it("says that it has not converged, ends when asked, and does not hide NaN", async () => {
    const entries = Array.from({ length: 2000 }, (_, i) => i);
    expect(await spectrumEnds({ ...diagonal(entries), most: 5, tolerance: 1e-6, seed: 0 })).toMatchObject({ converged: false, products: 5 });
    expect((await spectrumEnds({ ...diagonal(entries), most: 50, tolerance: 1e-6, seed: 0, onProduct: (products) => products === 3 })).products).toBe(3);
    const broken = await spectrumEnds({ size: 4, product: async (v) => v.map(() => Number.NaN), most: 9, tolerance: 1e-3, seed: 0 });
    expect(broken.largest).toBeNaN();
    expect(broken.converged).toBe(false);
  });
});
