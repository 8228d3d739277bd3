import { describe, it } from "vitest";
import { float, floats, type AttributeInput, type Tensor } from "../../../src/engine/graph/builder.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import type { Attribute } from "../../../src/engine/graph/types.js";
import { checkGradients, type CheckedInput } from "../../helpers/gradientCheck.js";

const strings = (...value: string[]): Attribute => ({ kind: "strings", value });
const gates = { RNN: 1, GRU: 3, LSTM: 4 } as const;
type Op = keyof typeof gates;
const [time, batch, width, hidden] = [4, 3, 2, 3];

interface Row {
  readonly what: string;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly lengths?: readonly number[];
  /** Initial states, and for LSTM peepholes. */
  readonly states?: boolean;
  readonly bias?: boolean;
  readonly declared?: readonly (string | number)[];
  readonly ops?: readonly Op[];
}

const rows: readonly Row[] = [
  { what: "plain", bias: true },
  { what: "without biases", bias: false },
  { what: "backwards, initial states", bias: true, attributes: { direction: "reverse" }, states: true },
  { what: "both directions, initial states", bias: true, attributes: { direction: "bidirectional" }, states: true },
  { what: "both directions, lengths", bias: true, attributes: { direction: "bidirectional" }, lengths: [4, 1, 3], states: true },
  { what: "time and batch unknown while building", bias: true, declared: ["time", "batch", width] },
  { what: "time unknown, both directions, lengths", bias: true, attributes: { direction: "bidirectional" }, lengths: [2, 4, 3], declared: ["time", batch, width] },
  { what: "reset after the product", bias: true, attributes: { linear_before_reset: 1 }, ops: ["GRU"] },
  { what: "coupled gates", bias: true, attributes: { input_forget: 1 }, ops: ["LSTM"] },
  { what: "clipped sums", bias: true, attributes: { clip: float(1.5) } },
  { what: "another activation", bias: true, attributes: { activations: strings("LeakyRelu"), activation_alpha: floats([0.3]) }, ops: ["RNN"] },
  { what: "other activations", bias: true, attributes: { activations: strings("HardSigmoid", "Softsign"), activation_alpha: floats([0.3]), activation_beta: floats([0.4]) }, ops: ["GRU"] },
  { what: "other activations", bias: true, attributes: { activations: strings("Sigmoid", "Affine", "ScaledTanh"), activation_alpha: floats([0.7, 1.5]), activation_beta: floats([0.1, 0.5]) }, ops: ["LSTM"] },
];

describe("gradients of recurrent operators agree with differences", () => {
  for (const op of ["RNN", "GRU", "LSTM"] as const) {
    for (const { what, attributes, lengths, states, bias, declared, ops } of rows) {
      if (ops !== undefined && !ops.includes(op)) continue;
      it(`${op}, ${what}`, () => {
        const directions = attributes?.direction === "bidirectional" ? 2 : 1;
        const inputs: Record<string, CheckedInput> = {
          x: { dims: [time, batch, width], declared },
          w: { dims: [directions, gates[op] * hidden, width] },
          r: { dims: [directions, gates[op] * hidden, hidden] },
          ...(bias ? { b: { dims: [directions, 2 * gates[op] * hidden] } } : {}),
          ...(states ? { h: { dims: [directions, batch, hidden] } } : {}),
          ...(states && op === "LSTM" ? { c: { dims: [directions, batch, hidden] }, p: { dims: [directions, 3 * hidden] } } : {}),
        };
        return checkGradients({
          type: "float32",
          inputs,
          fixed: lengths === undefined ? {} : { lengths: tensorOf("int32", [batch], lengths) },
          build: (g, t: Readonly<Record<string, Tensor | undefined>>) => {
            const given = [t.x, t.w, t.r, t.b, t.lengths, t.h, ...(op === "LSTM" ? [t.c, t.p] : [])].map((tensor) => tensor ?? null);
            return g.ops(op, given, { hidden_size: hidden, ...attributes }, { outputs: op === "LSTM" ? 3 : 2 });
          },
        });
      });
    }
  }
});
