import { describe, expect, it } from "vitest";
import { Batches, type BatchOptions } from "../../../src/engine/training/batches.js";

const examples = Int32Array.from({ length: 10 }, (_, i) => 100 + i);

function batches(options: Partial<BatchOptions>): Batches {
  return new Batches({ examples, batchSize: 4, dropLast: false, sampling: "shuffle", classes: null, seed: 0, ...options });
}

function batch(of: Batches, step: number): number[] {
  const into = new BigInt64Array(of.sizeOf(step));
  of.write(step, into, 0);
  return Array.from(into, Number);
}

describe("Batches", () => {
  it("takes every example once an epoch, the last batch being smaller", () => {
    const all = batches({});
    expect([all.stepsPerEpoch, all.sizeOf(0), all.sizeOf(2), all.sizeOf(5)]).toEqual([3, 4, 2, 2]);
    for (const epoch of [0, 1]) {
      const seen = [0, 1, 2].flatMap((step) => batch(all, 3 * epoch + step));
      expect([...seen].sort()).toEqual([...examples]);
      expect(seen).not.toEqual([...examples]);
    }
    expect(batch(all, 0)).not.toEqual(batch(all, 3));
  });

  it("counts steps as the field does: 1,000 examples are 100 steps an epoch at batch 10, 1,000 at batch 1, one at all of them", () => {
    const thousand = Int32Array.from({ length: 1000 }, (_, i) => i);
    expect([10, 1, 1000].map((batchSize) => batches({ examples: thousand, batchSize }).stepsPerEpoch)).toEqual([100, 1000, 1]);
  });

  it("leaves the smaller batch out with drop_last", () => {
    const all = batches({ dropLast: true });
    expect([all.stepsPerEpoch, all.sizeOf(1)]).toEqual([2, 4]);
  });

  it("is a function of seed and step alone", () => {
    const forward = Array.from({ length: 9 }, (_, step) => batch(batches({}), step));
    const once = batches({});
    expect([8, 0, 5, 3].map((step) => batch(once, step))).toEqual([8, 0, 5, 3].map((step) => forward[step]));
    expect(batch(batches({ seed: 1 }), 0)).not.toEqual(forward[0]);
  });

  it("keeps the order with sequential sampling, and shrinks a batch larger than the data", () => {
    expect(batch(batches({ sampling: "sequential" }), 4)).toEqual([104, 105, 106, 107]);
    const full = batches({ batchSize: 64 });
    expect([full.stepsPerEpoch, full.sizeOf(0), full.lastBatchSize]).toEqual([1, 10, 10]);
  });

  it("draws classes alike with weighted sampling", () => {
    const many = Int32Array.from({ length: 4000 }, (_, i) => i);
    const classes = Int32Array.from(many, (i) => Number(i < 400));
    const weighted = batches({ examples: many, classes, sampling: "weighted", batchSize: 4000 });
    const rare = batch(weighted, 0).filter((i) => i < 400).length;
    expect(Math.abs(rare - 2000)).toBeLessThan(5 * Math.sqrt(1000));
  });
});
