import { describe, expect, it } from "vitest";
import { dropoutTable, tableLength, writeMaskSlices } from "../../../src/engine/training/dropoutTable.js";

describe("dropout's table", () => {
  it.each([0.1, 0.5, 0.9])("drops a share of %d and keeps the mean at 1", (rate) => {
    const length = tableLength(1000);
    const { data } = dropoutTable(3, rate, length);
    const values = data as Float32Array;
    const dropped = values.reduce((count, x) => count + Number(x === 0), 0);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
    expect(Math.abs(dropped / length - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / length));
    const isTheSame = (seed: number): boolean => (dropoutTable(seed, rate, length).data as Float32Array).every((x, i) => x === values[i]);
    expect([isTheSame(3), isTheSame(4)]).toEqual([true, false]);
  });

  it("is at least twice as long as the largest mask", () => {
    expect(tableLength(10)).toBe(2 ** 20);
    expect(tableLength(2 ** 21)).toBe(2 ** 22);
  });

  it("gives each step and each mask a stretch of its own within the table", () => {
    const masks = [{ size: 700, length: 1000 }, { size: 1000, length: 1000 }, { size: 1, length: 2 ** 20 }];
    const starts = new Set<bigint>();
    for (let step = 0; step < 50; step++) {
      const row = new BigInt64Array(6);
      writeMaskSlices(0, step, masks, row, 0);
      masks.forEach(({ size, length }, i) => {
        expect(row[2 * i + 1] - row[2 * i]).toBe(BigInt(size));
        expect(Number(row[2 * i])).toBeGreaterThanOrEqual(0);
        expect(Number(row[2 * i + 1])).toBeLessThanOrEqual(length);
      });
      starts.add(row[4]);
    }
    expect(starts.size).toBe(50);
  });
});
