import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnOf, type ColumnQuery, flagOf, mergeColumns } from "../../../src/common/series/columns.js";
import { columnsFromBytes, columnsToBytes } from "../../../src/common/series/columnsBytes.js";
import { NumberColumn } from "../../../src/common/series/numberColumn.js";
import { Pyramid } from "../../../src/common/series/pyramid.js";
import { Series } from "../../../src/common/series/series.js";
import { seriesFromBytes, seriesToBytes } from "../../../src/common/series/seriesBytes.js";
import { random } from "../../webview/harness/scenarios.js";

const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(NaN, Infinity, -Infinity, 0));

/** Every kind of number, each for more than a chunk. */
function mixed(count: number): Float64Array {
  const next = random(5);
  return Float64Array.from({ length: count }, (_, i) => {
    const kind = Math.floor(i / 5000) % 5;
    return kind === 0 ? i * 0.25 : kind === 1 ? Math.fround(next()) : kind === 2 ? 1e12 + Math.floor(next() * 1e6) : kind === 3 ? next() : i % 3 === 0 ? NaN : Infinity;
  });
}

function seriesOf(values: ArrayLike<number>, step: (i: number) => number = (i) => i): Series {
  const series = new Series();
  series.append(Float64Array.from({ length: values.length }, (_, i) => step(i)), values, Float64Array.from({ length: values.length }, (_, i) => 1.7e9 + i / 8));
  return series;
}

describe("NumberColumn", () => {
  it("gives back every number, and after a cut and new ones too", () => {
    const numbers = mixed(40_000);
    const column = new NumberColumn();
    for (const number of numbers) column.push(number);
    column.truncate(21_000);
    for (let i = 21_000; i < numbers.length; i++) column.push(numbers[i]);
    expect(numbers.findIndex((number, i) => !Object.is(column.get(i), number))).toBe(-1);
  });

  it("takes no room for even numbers, half the room for single precision", () => {
    const even = new NumberColumn();
    const single = new NumberColumn();
    const next = random(1);
    for (let i = 0; i < 2 ** 20; i++) {
      even.push(7 + 5 * i);
      single.push(Math.fround(next()));
    }
    expect(even.bytes).toBeLessThan(2 ** 16);
    expect(single.bytes / 2 ** 20).toBeLessThan(4.1);
  });

  it("finds where a number would stand", () => {
    const next = random(2);
    let sum = 0;
    const numbers = Array.from({ length: 30_000 }, () => (sum += Math.floor(next() * 3)));
    const column = new NumberColumn();
    for (const number of numbers) column.push(number);
    for (let i = 0; i < 2000; i++) {
      const x = next() * sum * 1.05 - 3;
      const plain = numbers.findIndex((number) => number >= x);
      const found = plain < 0 ? numbers.length : plain;
      expect(column.lowerBound(x)).toBe(found);
      expect(column.lowerBound(x, Math.floor(next() * (found + 1)))).toBe(found);
    }
  });
});

describe("Pyramid", () => {
  it("gives the least and the greatest finite value of any stretch, however it grew and was cut", () => {
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 300 }), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat(), fc.nat(), (pieces, a, b, cut) => {
        const column = new NumberColumn();
        const pyramid = new Pyramid();
        for (const piece of pieces) {
          for (const number of piece) column.push(number);
          pyramid.extend(column);
        }
        const all = pieces.flat();
        const kept = cut % (all.length + 1);
        column.truncate(kept);
        pyramid.truncate(kept);
        for (let i = kept; i < all.length; i++) column.push((all[i] = -all[i]));
        pyramid.extend(column);
        const [from, to] = [a % (all.length + 1), b % (all.length + 1)].sort((p, q) => p - q);
        const out = new Float64Array(2);
        pyramid.range(column, from, to, out);
        const finite = all.slice(from, to).filter(Number.isFinite);
        expect(out[0] + 0).toBe(Math.min(Infinity, ...finite) + 0);
        expect(out[1] + 0).toBe(Math.max(-Infinity, ...finite) + 0);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("Series", () => {
  const query = (from: number, to: number, columns: number, more: Partial<ColumnQuery> = {}): ColumnQuery => ({ axis: "step", from, to, columns, ...more });

  it("gives points where there is room for them, one beyond each end", () => {
    const columns = seriesOf(Float64Array.from({ length: 1000 }, (_, i) => i / 3)).query(query(100, 110, 300));
    expect(columns.exact).toBe(true);
    expect([...columns.steps]).toEqual([99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111]);
    expect(columns.last[0]).toBe(33);
  });

  it.each([{ axis: "step", log: false }, { axis: "step", log: true }, { axis: "time", log: false }] as const)("gives the extremes, the last value and the flags of every column: %o", ({ axis, log }) => {
    const next = random(3);
    let step = 1;
    const steps = Float64Array.from({ length: 50_000 }, (_, i) => (step += i % 1000 === 0 ? 5000 : 1));
    const values = Float64Array.from({ length: 50_000 }, (_, i) => (i > 20_000 && i < 21_000 ? NaN : i === 30_000 ? -Infinity : i === 31_111 ? 99 : next()));
    const series = seriesOf(values, (i) => steps[i]);
    const x = (i: number) => (axis === "step" ? steps[i] : 1.7e9 + i / 8);
    const asked: ColumnQuery = { axis, log, from: x(700) - 0.0317, to: x(45_000) + 0.0271, columns: 300 };
    const columns = series.query(asked);
    expect(columns.exact).toBe(false);
    let entry = 1; // the first is the point beyond the left end
    expect(columns.x[0]).toBe(x(699));
    for (let i = 700; i <= 45_000; ) {
      let j = i;
      while (j <= 45_000 && columnOf(asked, x(j)) === columnOf(asked, x(i))) j++;
      const all = [...values.subarray(i, j)];
      const finite = all.filter(Number.isFinite);
      expect(columns.x[entry]).toBe(x(j - 1));
      expect(columns.steps[entry]).toBe(steps[j - 1]);
      expect(columns.last[entry]).toBe(values[j - 1]);
      expect(columns.min[entry]).toBe(finite.length > 0 ? Math.min(...finite) : NaN);
      expect(columns.max[entry]).toBe(finite.length > 0 ? Math.max(...finite) : NaN);
      expect(columns.flags[entry++]).toBe(all.reduce((marks, one) => marks | flagOf(one), 0));
      i = j;
    }
    expect(columns.x[entry]).toBe(x(45_001));
    expect(columns.x.length).toBe(entry + 1);
  });

  it("tells count, ends and extremes, and forgets what a resumed run takes back", () => {
    const series = seriesOf([3, NaN, -7, 8, Infinity, 2]);
    expect(series.facts).toMatchObject({ count: 6, nonFinite: 2, first: { step: 0, value: 3 }, last: { step: 5 }, min: { step: 2, value: -7, time: 1.7e9 + 0.25 }, max: { step: 3, value: 8 } });
    series.append([3, 4], [1, NaN]);
    expect(series.facts).toMatchObject({ count: 5, nonFinite: 2, lastFinite: { step: 3, value: 1 }, max: { step: 0, value: 3 } });
    expect(series.generation).toBe(1);
    expect(new Series().facts).toEqual({ count: 0, nonFinite: 0, first: null, lastFinite: null, min: null, max: null, last: null });
  });

  it("joins columns to coarser ones that hold the same extremes", () => {
    const next = random(9);
    const series = seriesOf(Float64Array.from({ length: 100_000 }, (_, i) => (i === 77_777 ? Infinity : next() - i / 1e4)));
    const coarse = query(0, 99_999, 125);
    const merged = mergeColumns(series.query(query(0, 99_999, 1000)), coarse);
    const direct = series.query(coarse);
    expect(merged.min).toEqual(direct.min);
    expect(merged.max).toEqual(direct.max);
    expect(merged.last).toEqual(direct.last);
    expect(merged.flags).toEqual(direct.flags);
  });

  it("comes back from bytes as it was, columns too; cut bytes are refused", () => {
    const series = seriesOf(mixed(30_000));
    const holder = new Uint8Array(seriesToBytes(series).length + 3);
    holder.set(seriesToBytes(series), 3);
    const again = seriesFromBytes(holder.subarray(3));
    expect(again.facts).toEqual(series.facts);
    for (const axis of ["step", "time"] as const) {
      const asked: ColumnQuery = { axis, from: axis === "step" ? 0 : 1.7e9, to: axis === "step" ? 3e4 : 1.7e9 + 4000, columns: 200 };
      expect(again.query(asked)).toEqual(series.query(asked));
      expect(columnsFromBytes(columnsToBytes(series.query(asked)))).toEqual(series.query(asked));
      expect(() => columnsFromBytes(columnsToBytes(series.query(asked)).subarray(1))).toThrow(/hold no columns/);
    }
    expect(() => seriesFromBytes(holder.subarray(3, 9000))).toThrow(/end too early/);
    expect(() => seriesFromBytes(holder)).toThrow(/do not begin/);
  });
});
