import { z } from "zod";
import { defineInitializer, sizeOf, type InitializedTensor } from "./defineInitializer.js";
import type { RandomStream } from "../random/stream.js";

/** Orthonormal columns (or rows, whichever are fewer) between the inputs of a unit and the units. */
export const orthogonal = defineInitializer({
  kind: "orthogonal",
  summary: "A random orthogonal matrix: keeps the length of what passes through it.",
  source: "Saxe et al., Exact solutions to the nonlinear dynamics of learning in deep linear neural networks, 2014",
  arguments: z.strictObject({}),
  fill: (_, tensor, random) => fillOrthogonal(tensor, random),
});

/** Gram and Schmidt, twice for accuracy, over normal vectors; float64 inside. */
function fillOrthogonal(tensor: InitializedTensor, random: RandomStream): Float32Array {
  const units = tensor.shape[tensor.outputAxis] ?? 1;
  const inputs = sizeOf(tensor.shape) / units;
  const [count, length] = units <= inputs ? [units, inputs] : [inputs, units];
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const v = Float64Array.from({ length }, () => random.normal());
    for (let pass = 0; pass < 2; pass++) for (const earlier of vectors) subtractProjection(v, earlier);
    const norm = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    for (let j = 0; j < length; j++) v[j] /= norm;
    vectors.push(v);
  }
  const at = (unit: number, input: number): number => (units <= inputs ? vectors[unit][input] : vectors[input][unit]);
  const out = new Float32Array(units * inputs);
  for (let u = 0; u < units; u++) {
    for (let i = 0; i < inputs; i++) out[tensor.outputAxis === 0 ? u * inputs + i : i * units + u] = at(u, i);
  }
  return out;
}

function subtractProjection(v: Float64Array, unit: Float64Array): void {
  let dot = 0;
  for (let j = 0; j < v.length; j++) dot += v[j] * unit[j];
  for (let j = 0; j < v.length; j++) v[j] -= dot * unit[j];
}
