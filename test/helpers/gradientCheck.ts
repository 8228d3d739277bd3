/** Compares gradients with central differences, both computed by ONNX Runtime. */
import { expect } from "vitest";
import { gradients } from "../../src/engine/differentiation/gradients.js";
import type { GraphBuilder, Tensor } from "../../src/engine/graph/builder.js";
import { cast, mul, reduceSum } from "../../src/engine/graph/functions.js";
import { elementCount, tensorOf, type NumericType } from "../../src/engine/graph/tensorData.js";
import type { ConstantTensor, Shape } from "../../src/engine/graph/types.js";
import { newGraph } from "../../src/engine/ops/inference.js";
import { encodeModel } from "../../src/engine/onnx/encode.js";
import { backend, modelOf } from "./backend.js";
import { randomSource } from "./random.js";

/** An input by which is differentiated: its dimensions, and its elements (standard normal by default). */
export interface CheckedInput {
  readonly dims: readonly number[];
  readonly values?: readonly number[];
  /** Bounds of uniform elements instead of normal ones. */
  readonly range?: readonly [number, number];
  /** The shape that the graph knows, where it is less than `dims`: symbols, null for an unknown rank. */
  readonly declared?: Shape | null;
}

export interface GradientCheck {
  readonly inputs: Readonly<Record<string, CheckedInput>>;
  /** Further inputs that are not differentiated by. */
  readonly fixed?: Readonly<Record<string, ConstantTensor>>;
  /** The tensors of which a random weighted sum is the loss. */
  readonly build: (graph: GraphBuilder, inputs: Readonly<Record<string, Tensor>>) => Tensor | readonly Tensor[];
  /** float64 where the runtime has the kernels: differences are then good to 1e-6 instead of 1e-2. */
  readonly type?: "float32" | "float64";
  readonly opset?: number;
  readonly seed?: number;
  /** Half the distance of the two points, relative to 1. */
  readonly step?: number;
  readonly tolerance?: number;
}

/** Fails where a gradient and the central difference along some element disagree. Returns the gradients by input. */
export async function checkGradients(check: GradientCheck): Promise<Record<string, number[]>> {
  const type: NumericType = check.type ?? "float64";
  const step = check.step ?? (type === "float64" ? 1e-5 : 1e-2);
  const tolerance = check.tolerance ?? (type === "float64" ? 1e-6 : 1e-2);
  const random = randomSource(check.seed ?? 7);
  const feeds: Record<string, ConstantTensor> = {};
  const graph = newGraph(null, check.opset);
  const tensors: Record<string, Tensor> = {};
  for (const [name, { dims, values, range, declared }] of Object.entries(check.inputs)) {
    const count = elementCount(dims);
    feeds[name] = tensorOf(type, dims, values ?? (range === undefined ? random.normals(count) : random.uniforms(count, range[0], range[1])));
    tensors[name] = graph.input(name, type, declared === undefined ? dims : declared);
  }
  for (const [name, value] of Object.entries(check.fixed ?? {})) {
    feeds[name] = value;
    tensors[name] = graph.input(name, value.type, value.dims);
  }
  const built = check.build(graph, tensors);
  const terms = ("builder" in built ? [built] : built).map((output, i) => weighted(graph, feeds, output, `weight_${i}`, random));
  const loss = terms.length === 1 ? terms[0] : graph.op("Sum", terms);
  const names = Object.keys(check.inputs);
  graph.output(loss, "loss");
  gradients(loss, names.map((name) => tensors[name])).forEach((gradient, i) => graph.output(gradient, `${names[i]}_grad`));

  const session = await backend.createSession(encodeModel(modelOf(graph)), { provider: "cpu", threads: 1, spinning: false });
  try {
    const results = await session.run(feeds);
    const lossAt = async (): Promise<number> => Number((await session.run(feeds)).loss.data[0]);
    for (const name of names) {
      const found = results[`${name}_grad`];
      expect(found.dims, `dimensions of the gradient by ${name}`).toEqual(feeds[name].dims);
      const data = feeds[name].data as Float64Array;
      const expected: number[] = [];
      for (let i = 0; i < data.length; i++) {
        const kept = data[i];
        data[i] = kept + step;
        const [above, up] = [await lossAt(), data[i]];
        data[i] = kept - step;
        const [below, down] = [await lossAt(), data[i]];
        data[i] = kept;
        expected.push((above - below) / (up - down));
      }
      const largest = Math.max(1, ...expected.map(Math.abs));
      const gradient = Array.from(found.data as Float64Array, Number);
      for (const [i, value] of gradient.entries()) {
        expect(Math.abs(value - expected[i]) <= tolerance * largest, `gradient by ${name}[${i}]: ${value}, difference: ${expected[i]}`).toBe(true);
      }
    }
    return Object.fromEntries(names.map((name) => [name, Array.from(results[`${name}_grad`].data as Float64Array, Number)]));
  } finally {
    await session.release();
  }
}

/** The sum of an output's elements under random weights. */
function weighted(graph: GraphBuilder, feeds: Record<string, ConstantTensor>, output: Tensor, name: string, random: ReturnType<typeof randomSource>): Tensor {
  const known = output.shape !== null && output.shape.every((dim) => typeof dim === "number");
  const value = output.type === "float32" && Object.values(feeds)[0].type === "float64" ? cast(output, "float64") : output;
  if (known) {
    const dims = output.shape as readonly number[];
    feeds[name] = tensorOf(value.type as NumericType, dims, random.normals(elementCount(dims)));
    return reduceSum(mul(value, graph.input(name, value.type, dims)), null);
  }
  // a sine of the place gives every element another weight, whatever the size
  const place = graph.op("Cast", [graph.op("Range", [graph.scalar(0, "int64"), graph.op("Size", [output]), graph.scalar(1, "int64")])], { to: 1 });
  const weights = cast(graph.op("Sin", [graph.op("Mul", [place, graph.scalar(1.7)])]), value.type);
  return reduceSum(graph.op("Mul", [graph.op("Reshape", [value, graph.ints([-1])]), weights]), null);
}
