import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { schedules } from "../../../src/engine/schedules/registry.js";
import { afterEvaluation, type Plateau } from "../../../src/engine/training/plateau.js";

function rates(kind: string, args: Record<string, unknown>, run: { base: number; stepsPerEpoch: number; totalSteps: number }): number[] {
  const schedule = schedules.get(kind)!;
  const checked = schedule.arguments.parse(args);
  return Array.from({ length: run.totalSteps }, (_, step) => schedule.rate(checked, run.base, { ...run, step }));
}

interface Reference {
  readonly name: string;
  readonly kind: string;
  readonly arguments: Record<string, unknown>;
  readonly run: { readonly base: number; readonly stepsPerEpoch: number; readonly totalSteps: number };
  readonly rates: readonly number[];
}

const references = JSON.parse(readFileSync(new URL("../../fixtures/training/schedules.json", import.meta.url), "utf8")) as Reference[];

describe("schedules", () => {
  it.each(references.map((r) => [r.name, r] as const))("%s follows PyTorch's scheduler", (_, reference) => {
    const ours = rates(reference.kind, reference.arguments, reference.run);
    expect(ours.length).toBe(reference.rates.length);
    ours.forEach((rate, step) => expect(Math.abs(rate - reference.rates[step])).toBeLessThanOrEqual(1e-9 * reference.run.base));
  });

  const run = { base: 0.2, stepsPerEpoch: 10, totalSteps: 100 };

  it.each(["cosine", "polynomial"])("%s starts at lr and reaches end at the last step, also after warm-up", (kind) => {
    for (const warmup_steps of [0, 20]) {
      const all = rates(kind, { end: 0.01, warmup_steps }, run);
      expect(all[warmup_steps]).toBeCloseTo(0.2, 12);
      expect(all[99]).toBeCloseTo(0.01, 12);
      for (let i = warmup_steps + 1; i < 100; i++) expect(all[i]).toBeLessThan(all[i - 1]);
    }
  });

  it("warms up in a line, whatever the schedule", () => {
    // the two that rise by themselves first are not level at the start
    for (const kind of [...schedules.keys()].filter((name) => name !== "cyclical" && name !== "one_cycle")) {
      const all = rates(kind, { warmup_steps: 4, ...(kind === "inverse_time" ? { decay: 0 } : {}) }, run);
      expect(all.slice(0, 4)).toEqual([0.05, 0.1, expect.closeTo(0.15, 12), 0.2]);
    }
  });

  it("inverse_time divides by 1 + decay x step", () => {
    expect(rates("inverse_time", { decay: 0.5 }, run).slice(0, 3)).toEqual([0.2, 0.2 / 1.5, 0.1]);
  });

  it("survives runs shorter than the warm-up, and of one step", () => {
    expect(rates("cosine", { warmup_steps: 200 }, run)[99]).toBeGreaterThan(0);
    expect(rates("cosine", {}, { ...run, totalSteps: 1 })).toEqual([0.2]);
  });

  interface PlateauReference {
    readonly arguments: Record<string, number>;
    readonly values: readonly number[];
    readonly rates: readonly number[];
  }
  const plateaus = JSON.parse(readFileSync(new URL("../../fixtures/training/plateau.json", import.meta.url), "utf8")) as PlateauReference[];

  it.each(plateaus)("reduce_on_plateau follows PyTorch's ReduceLROnPlateau: $arguments", (reference) => {
    const schedule = schedules.get("reduce_on_plateau")!;
    const rule = schedule.plateau!(schedule.arguments.parse(reference.arguments));
    let plateau: Plateau = { factor: 1, reference: null, waited: 0 };
    reference.values.forEach((value, i) => {
      plateau = afterEvaluation(plateau, rule, value);
      expect(0.1 * plateau.factor).toBeCloseTo(reference.rates[i], 12);
    });
  });
});
