import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../src/engine/random/stream.js";

describe("RandomStream", () => {
  it("repeats itself for equal seed, purpose and index, and for no others", () => {
    const draw = (seed: number, purpose: string, index: number): number[] => {
      const random = new RandomStream(seed, purpose, index);
      return Array.from({ length: 8 }, () => random.bits());
    };
    const one = draw(3, "batches", 7);
    expect(draw(3, "batches", 7)).toEqual(one);
    for (const other of [draw(4, "batches", 7), draw(3, "batch", 7), draw(3, "batches", 8), draw(3 + 2 ** 32, "batches", 7)]) expect(other).not.toEqual(one);
  });

  it("draws uniform and normal numbers of the right moments", () => {
    const random = new RandomStream(0, "moments");
    const n = 200_000;
    let [sum, squares, below] = [0, 0, 0];
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < n; i++) {
      const u = random.uniform();
      bins[Math.floor(10 * u)]++;
      const z = random.normal();
      sum += z;
      squares += z * z;
      if (Math.abs(z) < 1.959964) below++;
    }
    for (const count of bins) expect(Math.abs(count - n / 10)).toBeLessThan(5 * Math.sqrt(n * 0.09));
    expect(Math.abs(sum / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(squares / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(below / n - 0.95)).toBeLessThan(5 * Math.sqrt(0.0475 / n));
  });

  it("draws first numbers of neighbouring streams that do not hang together", () => {
    const n = 20_000;
    const firsts = Array.from({ length: n + 1 }, (_, i) => new RandomStream(0, "step", i).uniform() - 0.5);
    let correlation = 0;
    for (let i = 0; i < n; i++) correlation += firsts[i] * firsts[i + 1] * 12;
    expect(Math.abs(correlation / n)).toBeLessThan(5 / Math.sqrt(n));
  });

  it("shuffles to every order alike, keeping what there is", () => {
    const counts = new Map<string, number>();
    const n = 24_000;
    for (let i = 0; i < n; i++) {
      const values = [0, 1, 2, 3];
      new RandomStream(1, "orders", i).shuffle(values);
      counts.set(values.join(), (counts.get(values.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(Math.abs(count - n / 24)).toBeLessThan(5 * Math.sqrt(n / 24));
  });

  it("stays below the bound", () => {
    const random = new RandomStream(5, "below");
    const seen = new Set(Array.from({ length: 300 }, () => random.below(7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(random.below(1)).toBe(0);
  });
});
