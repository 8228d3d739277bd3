import { describe, expect, it } from "vitest";
import { statisticsSteps } from "../../../src/engine/training/plan.js";
import { configOf } from "./testRun.js";

/** What a step with statistics costs beyond a step, and every step where there are any: bench/README.md. */
const costOfOne = 0.42;
const costOfEach = 0.013;

function chosen(totalSteps: number, everySteps: number | "auto" = "auto"): number[] {
  const wants = statisticsSteps(configOf({ diagnostics: { everySteps, statistics: "layers", projection: "none", rules: {} } }), totalSteps);
  return Array.from({ length: totalSteps }, (_, step) => step).filter(wants);
}

describe("diagnostics.every_steps: auto", () => {
  it("costs at most 3 % at every length from 50 steps on, and less than a step beside that of reading them below", () => {
    for (let steps = 1; steps < 2000; steps++) {
      const cost = costOfOne * chosen(steps).length;
      expect(cost, `${steps} steps`).toBeLessThanOrEqual(steps >= 50 ? (0.03 - costOfEach) * steps + 1e-9 : 1);
    }
  });

  it("shows the first and the last step of short runs, and up to ten evenly between", () => {
    for (let steps = 1; steps < 600; steps++) {
      const at = chosen(steps);
      expect(at[0]).toBe(0);
      expect(at.at(-1)).toBe(steps - 1);
      expect(at.length).toBe(steps === 1 ? 1 : Math.min(10, Math.max(2, Math.floor(steps / 30))));
      const gaps = at.slice(1).map((step, i) => step - at[i]);
      expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
    }
  });

  it("takes every 60th of longer runs, and about 2,000 of the longest", () => {
    expect(chosen(600)).toEqual(Array.from({ length: 10 }, (_, i) => 60 * i));
    expect(chosen(1_200_000).length).toBe(2000);
  });

  it("takes what the file says", () => {
    expect(chosen(20, 7)).toEqual([0, 7, 14]);
  });
});
