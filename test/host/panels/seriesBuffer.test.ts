import { describe, expect, it } from "vitest";
import { SeriesBuffer } from "../../../src/host/panels/seriesBuffer.js";

describe("SeriesBuffer", () => {
  it("joins updates by tag in order of arrival, and is empty afterwards", () => {
    const buffer = new SeriesBuffer();
    buffer.add([{ tag: "train/loss", steps: [1, 2], values: [2.5, "NaN"] }], 7);
    buffer.add([{ tag: "train/loss", steps: [3], values: ["Infinity"] }, { tag: "validation/loss", steps: [3], values: [1] }], 8);
    const [loss, validation] = buffer.drain();
    expect(loss.tag).toBe("train/loss");
    expect(Array.from(loss.steps)).toEqual([1, 2, 3]);
    expect(Array.from(loss.values)).toEqual([2.5, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(Array.from(loss.times)).toEqual([7, 7, 8]);
    expect(Array.from(validation.values)).toEqual([1]);
    expect(buffer.isEmpty).toBe(true);
    expect(buffer.drain()).toEqual([]);
  });
});
