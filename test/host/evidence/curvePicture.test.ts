import { describe, expect, it } from "vitest";
import { curvePicture } from "../../../src/host/evidence/curvePicture.js";

const steps = Array.from({ length: 5000 }, (_, i) => i + 1);

describe("curvePicture", () => {
  it("draws a path a curve, a mark at the step and one for what is not finite", () => {
    const svg = curvePicture([{ steps, values: steps.map((step) => (step > 4990 ? NaN : 1 / step)) }, { steps: [1, 5000], values: [1, 2] }], 2500);
    expect(svg.match(/<path /g)).toHaveLength(2);
    expect(svg).toContain("stroke-dasharray");
    expect(svg).toContain("<rect ");
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("loses no spike, however many points there are, and stays small", () => {
    const flat = curvePicture([{ steps, values: steps.map(() => 1) }], null);
    const spike = curvePicture([{ steps, values: steps.map((step) => (step === 2345 ? 2 : 1)) }], null);
    expect(spike).not.toBe(flat);
    expect(spike.length).toBeLessThan(12_000);
  });

  it("says nothing of too few points", () => expect(curvePicture([{ steps: [1], values: [1] }], null)).toBe(""));
});
