import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import { float, type AttributeInput, type Tensor } from "../../../src/engine/graph/builder.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { runGraph } from "../../helpers/backend.js";

interface Values {
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

interface Case {
  readonly name: string;
  readonly op: string;
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>;
  readonly outputs: number;
  /** Integers that the operator takes after its first input: labels, indices, pads. */
  readonly labels: readonly number[] | null;
  readonly inputs: readonly Values[];
  readonly seed: Values;
  readonly output: Values;
  readonly gradients: readonly (Values | null)[];
}

const file = path.join(import.meta.dirname, "../../fixtures/ops/operators.json");
const cases = JSON.parse(fs.readFileSync(file, "utf8")) as readonly Case[];

/** Attributes that ONNX has as floats. */
const floatAttributes = ["epsilon", "alpha", "momentum"];

describe("operators and their gradients equal PyTorch's", () => {
  for (const one of cases) {
    it(`${one.op}: ${one.name}`, async () => {
      const g = newGraph();
      const feeds: Record<string, ConstantTensor> = {};
      const inputs = one.inputs.map(({ dims, values }, i): Tensor => {
        feeds[`x${i}`] = tensorOf("float32", dims, values);
        return g.input(`x${i}`, "float32", dims);
      });
      const seed = g.constant(tensorOf("float32", one.seed.dims, one.seed.values));
      const attributes = Object.fromEntries(
        Object.entries(one.attributes).map(([key, value]): [string, AttributeInput] => [key, floatAttributes.includes(key) ? float(value as number) : value]),
      );
      const [first, ...others] = inputs;
      const y = g.ops(one.op, one.labels === null ? inputs : [first, g.ints(one.labels), ...others], attributes, { outputs: one.outputs })[0];
      g.output(y, "y");
      const asked = inputs.filter((_, i) => one.gradients[i] !== null);
      gradients(y, asked, { seed }).forEach((gradient, i) => g.output(gradient, `${asked[i].name}_grad`));
      const found = await runGraph(g, feeds);
      expectClose(found.y, one.output.values, "output");
      for (const [i, gradient] of one.gradients.entries()) if (gradient !== null) expectClose(found[`x${i}_grad`], gradient.values, `gradient by input ${i}`);
    });
  }
});

/** Within 1e-5 of the largest entry. */
function expectClose(found: readonly number[], expected: readonly number[], what: string): void {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  for (const [i, value] of found.entries()) expect(Math.abs(value - expected[i]), `${what}[${i}]: ${value}, PyTorch: ${expected[i]}`).toBeLessThanOrEqual(1e-5 * largest + 1e-7);
}
