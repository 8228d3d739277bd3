/** What lstm, gru and rnn share: a cell that is unrolled over time, forwards or in both directions. */
import { z } from "zod";
import type { Chosen } from "../defineKind.js";
import type { Tensor } from "../graph/builder.js";
import { chooseInitializer, initializerSchema } from "../initializers/registry.js";
import { asInput, exampleShape } from "./channels.js";
import { defaultInitBefore, zeros } from "./arguments.js";
import type { BuildContext, LayerShapes, ParameterSpec } from "./defineLayer.js";
import { asSequence } from "./sequences.js";

export const recurrentArguments = {
  units: z.int().min(1).describe("Length of the state, and of what each step gives."),
  return_sequences: z.boolean().default(false).describe("Whether every step's output is given, [time, units], or the last one's alone."),
  bidirectional: z.boolean().default(false).describe("Whether a second one reads the sequence backwards; its outputs stand beside the first one's."),
  init: initializerSchema.optional().describe("Initialiser of the weights on the input. Default: glorot_uniform; he_normal for relu."),
  bias_init: initializerSchema.default("zeros").describe("Initialiser of the bias."),
};
type RecurrentArguments = z.output<z.ZodObject<typeof recurrentArguments>>;

/** One step of a cell: states [batch, units] from the step before, and the input's part of the gates, [batch, gates units]. The first state is the output. */
export type Cell = (input: Tensor, states: readonly Tensor[], parameter: (name: string) => Tensor) => readonly Tensor[];

const orthogonal: Chosen = { kind: "orthogonal", arguments: {} };

/** Weights on the input [features, gates units], on the state [units, gates units], and their bias; once more, with `reverse_`, for the way back. */
export function recurrentShapes(kind: string, args: RecurrentArguments, gates: number, shape: readonly number[], more: readonly { readonly name: string; readonly shape: readonly number[] }[] = [], activation = "tanh"): LayerShapes {
  const [time, features] = asSequence(kind, shape);
  const { units } = args;
  const spec = (name: string, dims: readonly number[], role: ParameterSpec["role"], init: Chosen): ParameterSpec => ({ name, shape: dims, role, init, fanIn: role === "bias" ? units : dims[0], fanOut: units, outputAxis: dims.length - 1 });
  const direction = (prefix: string): ParameterSpec[] => [
    spec(`${prefix}weight`, [features, gates * units], "weight", args.init === undefined ? defaultInitBefore(activation) : chooseInitializer(args.init)),
    spec(`${prefix}recurrent_weight`, [units, gates * units], "weight", orthogonal),
    spec(`${prefix}bias`, [gates * units], "bias", chooseInitializer(args.bias_init)),
    ...more.map(({ name, shape: dims }) => spec(`${prefix}${name}`, dims, "bias", zeros)),
  ];
  const width = units * (args.bidirectional ? 2 : 1);
  return {
    input: [time, features],
    output: args.return_sequences ? [time, width] : [width],
    parameters: [...direction(""), ...(args.bidirectional ? direction("reverse_") : [])],
    operations: time * gates * units * (features + units) * (args.bidirectional ? 2 : 1),
  };
}

/**
 * The cell along x [batch, time, features]. The input's part of all steps is one product; states start at zero. Unrolled: the
 * steps are nodes of the graph, which is as fast as any form of it that has a gradient. A step that does not count leaves the states as they are.
 */
export function unroll(kind: string, args: RecurrentArguments, states: number, cell: Cell, x: Tensor, { parameter, steps: counted }: BuildContext): Tensor {
  const graph = x.builder;
  const [time, features] = asSequence(kind, exampleShape(x));
  const steps = graph.op("Transpose", [asInput(x, [time, features])], { perm: [1, 0, 2] });
  const zero = graph.op("Mul", [graph.op("MatMul", [graph.op("Reshape", [graph.op("Slice", [steps, graph.ints([0]), graph.ints([1])]), graph.ints([-1, features])]), parameter("weight")]), graph.scalar(0)]);
  const start = graph.op("Slice", [zero, graph.ints([0]), graph.ints([args.units]), graph.ints([1])]);
  // [batch, 1] a step
  const flags = counted === null ? null : graph.ops("Split", [counted], { axis: 1, num_outputs: time }, { outputs: time });
  const along = (prefix: string, order: readonly number[]): Tensor[] => {
    const own = (name: string): Tensor => parameter(`${prefix}${name}`);
    const inputs = graph.op("Add", [graph.op("MatMul", [steps, own("weight")]), own("bias")]);
    const parts = graph.ops("Split", [inputs], { axis: 0, num_outputs: time }, { outputs: time });
    const outputs: Tensor[] = [];
    let current: readonly Tensor[] = Array.from({ length: states }, () => start);
    for (const t of order) {
      const before = current;
      const next = cell(graph.op("Squeeze", [parts[t], graph.ints([0])]), before, own);
      current = flags === null ? next : next.map((state, i) => graph.op("Add", [before[i], graph.op("Mul", [flags[t], graph.op("Sub", [state, before[i]])])]));
      outputs[t] = current[0];
    }
    return outputs;
  };
  const forwards = along("", Array.from({ length: time }, (_, t) => t));
  const backwards = args.bidirectional ? along("reverse_", Array.from({ length: time }, (_, t) => time - 1 - t)) : null;
  const sideBySide = (a: Tensor, b: Tensor | undefined): Tensor => (b === undefined ? a : graph.op("Concat", [a, b], { axis: 1 }));
  if (!args.return_sequences) return sideBySide(forwards[time - 1], backwards?.[0]);
  const rows = forwards.map((h, t) => graph.op("Unsqueeze", [sideBySide(h, backwards?.[t]), graph.ints([1])]));
  return rows.length === 1 ? rows[0] : graph.op("Concat", rows, { axis: 1 });
}
