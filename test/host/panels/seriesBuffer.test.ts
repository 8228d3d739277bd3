import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { historyPieces, SeriesBuffer } from "../../../src/host/panels/seriesBuffer.js";

describe("SeriesBuffer", () => {
  it("joins updates by tag in order of arrival, and is empty afterwards", () => {
    const buffer = new SeriesBuffer();
    buffer.add([{ tag: "train/loss", steps: [1, 2], values: [2.5, "NaN"] }]);
    buffer.add([{ tag: "train/loss", steps: [3], values: ["Infinity"] }, { tag: "validation/loss", steps: [3], values: [1] }]);
    const [loss, validation] = buffer.drain();
    expect(loss.tag).toBe("train/loss");
    expect([...loss.steps]).toEqual([1, 2, 3]);
    expect([...loss.values]).toEqual([2.5, Number.NaN, Number.POSITIVE_INFINITY]);
    expect([...validation.values]).toEqual([1]);
    expect(buffer.isEmpty).toBe(true);
    expect(buffer.drain()).toEqual([]);
  });
});

describe("historyPieces", () => {
  const seriesOf = (length: number) => ({ steps: Float64Array.from({ length }, (_, i) => i + 1), values: Float64Array.from({ length }, (_, i) => i / 2) });

  it("keeps every point once and in order, no piece above the limit", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 6 }), fc.integer({ min: 1, max: 25 }), (lengths, limit) => {
        const history = new Map(lengths.map((length, i) => [`tag${i}`, seriesOf(length)]));
        const pieces = [...historyPieces(history, limit)];
        for (const piece of pieces) expect(piece.reduce((sum, { steps }) => sum + steps.length, 0)).toBeLessThanOrEqual(limit);
        for (const [tag, { steps, values }] of history) {
          const own = pieces.flat().filter((series) => series.tag === tag);
          expect(own.flatMap((series) => Array.from(series.steps))).toEqual([...steps]);
          expect(own.flatMap((series) => Array.from(series.values))).toEqual([...values]);
        }
      }),
      { seed: 1 },
    );
  });

  it("gives one empty piece of an empty history, so that a panel forgets what it had", () => {
    expect([...historyPieces(new Map(), 10)]).toEqual([[]]);
  });

  it("copies: a piece does not carry the whole history's memory", () => {
    for (const piece of historyPieces(new Map([["loss", seriesOf(100)]]), 10)) expect(piece[0].steps.buffer.byteLength).toBe(80);
  });
});
