import { describe, expect, it } from "vitest";
import { chooseInitializer, initializers, type InitializerInput } from "../../../src/engine/initializers/registry.js";
import { RandomStream } from "../../../src/engine/random/stream.js";

const [inputs, units] = [400, 300];
const tensor = { shape: [inputs, units], fanIn: inputs, fanOut: units, outputAxis: 1 };

function fill(input: InitializerInput, of = tensor): Float32Array {
  const { kind, arguments: args } = chooseInitializer(input);
  return initializers.get(kind)!.fill(args, of, new RandomStream(0, "test"));
}

describe("initialisers", () => {
  it.each([
    ["he_normal", 2 / inputs], ["he_uniform", 2 / inputs], ["lecun_normal", 1 / inputs],
    ["glorot_normal", 2 / (inputs + units)], ["glorot_uniform", 2 / (inputs + units)],
    [{ normal: 0.3 }, 0.09], [{ uniform: 0.6 }, 0.12],
  ] as [InitializerInput, number][])("%j has mean 0 and its variance", (input, variance) => {
    const values = fill(input);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const square = values.reduce((a, b) => a + b * b, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan((5 * Math.sqrt(variance)) / Math.sqrt(values.length));
    expect(Math.abs(square / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
  });

  it.each([["he_uniform", 6 / inputs], ["glorot_uniform", 6 / (inputs + units)]] as const)("%s stays within its limit and nears it", (name, square) => {
    const values = fill(name);
    const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    expect(largest).toBeLessThanOrEqual(Math.sqrt(square) * 1.0000001);
    expect(largest).toBeGreaterThan(0.999 * Math.sqrt(square));
  });

  it("constants are constant", () => {
    expect(new Set(fill("zeros"))).toEqual(new Set([0]));
    expect(new Set(fill("ones"))).toEqual(new Set([1]));
    expect(new Set(fill({ constant: -0.5 }))).toEqual(new Set([-0.5]));
  });

  it.each([
    { shape: [40, 30], fanIn: 40, fanOut: 30, outputAxis: 1 },
    { shape: [30, 40], fanIn: 30, fanOut: 40, outputAxis: 1 },
    { shape: [8, 3, 3, 3], fanIn: 27, fanOut: 72, outputAxis: 0 },
  ])("orthogonal: the vectors of %j are orthonormal", (of) => {
    const values = fill("orthogonal", of);
    const count = of.shape[of.outputAxis];
    const length = values.length / count;
    // rows are what enters one unit
    const rows = Array.from({ length: count }, (_, u) => Array.from({ length }, (_, i) => values[of.outputAxis === 0 ? u * length + i : i * count + u]));
    const vectors = count <= length ? rows : Array.from({ length }, (_, i) => rows.map((row) => row[i]));
    for (const [i, a] of vectors.entries()) {
      for (const [j, b] of vectors.entries()) expect(a.reduce((sum, x, k) => sum + x * b[k], 0)).toBeCloseTo(Number(i === j), 5);
    }
  });
});
