import type { Tensor } from "../graph/builder.js";
import { add, concat, gather, gemm, matMul, mul, reshape, sigmoid, slice, split, squeeze, sub, tanh, transpose, unsqueeze } from "../graph/functions.js";
import type { GradientContext } from "../ops/defineOperator.js";
import { withGradient } from "../ops/withGradient.js";
import { intOf } from "./attributes.js";
import type { LoweringRule } from "./site.js";
import { forms } from "./table.js";

/** One direction of an LSTM, everything as columns: an example is a column, so that gates are cut out of their stack by block copies. */
interface Direction {
  /** [features, batch] for each step, in the order in which they are read. */
  readonly steps: readonly Tensor[];
  /** [4 units, features], [4 units, units], [4 units]; gates in ONNX's order i, o, f, c. */
  readonly weight: Tensor;
  readonly recurrence: Tensor;
  readonly bias: Tensor | null;
}

/**
 * LSTM of known sizes, unrolled, with a gradient of its own. Left alone: peepholes, lengths, initial states, other activations, clipping,
 * coupled gates, batch first, and sequences longer than `forms.lstm` says.
 */
export const lowerLstm: LoweringRule = (site, node) => {
  const [x, w, r, b, ...others] = node.inputs;
  const [xDims, rDims] = [site.dims(x), site.dims(r)];
  const plainKind = ["activations", "activation_alpha", "activation_beta", "clip"].every((name) => node.attributes[name] === undefined) && intOf(node, "input_forget", 0) === 0 && intOf(node, "layout", 0) === 0;
  if (!plainKind || xDims?.length !== 3 || rDims === null || others.some((name) => name !== "") || xDims[0] > forms.lstm.longestUnrolled || xDims[0] < 1) return false;
  const [time, batch, features] = xDims;
  const [directions, , units] = rDims;
  const direction = node.attributes.direction;
  const reverse = direction?.kind === "string" && direction.value === "reverse";

  const input = site.plain(x)!;
  const columns = split(reshape(transpose(input, [0, 2, 1]), [time * features, batch]), Array<number>(time).fill(features), 0, time);
  const results = Array.from({ length: directions }, (_, d) => {
    const own = (name: string): Tensor => squeeze(directions === 1 ? site.plain(name)! : slice(site.plain(name)!, [d], [d + 1], [0]), [0]);
    const biases = b ? split(own(b), [4 * units, 4 * units], 0, 2) : null;
    const backwards = reverse || d === 1;
    const order = backwards ? columns.toReversed() : columns;
    const { outputs, cell } = run({ steps: order, weight: own(w), recurrence: own(r), bias: biases && add(biases[0], biases[1]) }, units, batch, site.provider === "cpu");
    return { outputs: backwards ? outputs.toReversed() : outputs, last: outputs[time - 1], cell };
  });
  const rows = (column: Tensor): Tensor => unsqueeze(transpose(column, [1, 0]), [0]);
  const [y, lastH, lastC] = node.outputs;
  if (!site.isUnused(y ?? "")) {
    const all = results.map(({ outputs }) => unsqueeze(transpose(reshape(concat(outputs, 0), [time, units, batch]), [0, 2, 1]), [1]));
    site.definePlain(y, concat(all, 1));
  }
  if (!site.isUnused(lastH ?? "")) site.definePlain(lastH, concat(results.map(({ last }) => rows(last)), 0));
  if (!site.isUnused(lastC ?? "")) site.definePlain(lastC, concat(results.map(({ cell }) => rows(cell)), 0));
  return true;
};

/** What a step leaves for the way back. */
interface Past {
  /** [units + features + 1, batch]: state, input, 1. */
  readonly read: Tensor;
  readonly forget: Tensor;
  /** The slopes of the gates' sums, p (1 - S) [4 units, batch]: what D, dH, D, D are multiplied by. */
  readonly slopes: Tensor;
  /** o - H tanh C: what of dH goes through the cell. */
  readonly through: Tensor;
  readonly state: Tensor;
}

/**
 * i, o, f = s(z); g = tanh(z); C = f C' + i g; H = o tanh(C) with z = [R W b] [H'; X; 1]. One product and one sigmoid a step serve all gates.
 *
 * The way back, with D the gradient by C and dH by H: D = dH (o - H tanh C) + what comes from the next step; the gates' sums get
 * [D, dH, D, D] p (1 - S), p = [i g, H, f C', i s] and S their sigmoids, four times as much for the candidate (that factor is in the weights).
 * The weights' gradients are products of a few steps side by side, added up. With `hasCaches` p (1 - S) and o - H tanh C are computed within the
 * forward pass: 5 % of a step (28 steps, 128 units, batch 64) on one thread.
 */
function run({ steps, weight, recurrence, bias }: Direction, units: number, batch: number, hasCaches: boolean): { readonly outputs: readonly Tensor[]; readonly cell: Tensor } {
  const graph = weight.builder;
  const features = weight.dims[1];
  const perGate = (candidate: number): Tensor => graph.constant({ type: "float32", dims: [4 * units, 1], data: Float32Array.from({ length: 4 * units }, (_, i) => (i < 3 * units ? 1 : candidate)) });
  const weights = mul(concat([recurrence, weight, bias === null ? graph.filled([4 * units, 1], 0) : reshape(bias, [4 * units, 1])], 1), perGate(2));
  const [zeros, ones] = [graph.filled([units, batch], 0), graph.filled([1, batch], 1)];
  const none = graph.constant({ type: "int64", dims: [0], data: new BigInt64Array(0) });
  const past: Past[] = [];
  let [state, cell]: (Tensor | null)[] = [null, null];
  for (const x of steps) {
    // no rows of what the way back needs of the step before: so the runtime computes that here, while what it is made of is in the cache
    const before = past.at(-1);
    const now = before === undefined || !hasCaches ? [] : [before.slopes, before.through].map((made) => gather(made, none, 0));
    const read = concat([state ?? zeros, x, ones, ...now], 0);
    const gates = sigmoid(matMul(weights, read));
    const [i, output, forget, s] = split(gates, [units, units, units, units], 0, 4);
    const taken = mul(i, s);
    const added = sub(add(taken, taken), i);
    const kept: Tensor | null = cell === null ? null : mul(forget, cell);
    cell = kept === null ? added : add(kept, added);
    const squashed = tanh(cell);
    state = mul(output, squashed);
    const parts = concat([added, state, kept ?? zeros, taken], 0);
    past.push({ read, forget, state, slopes: mul(parts, sub(graph.scalar(1), gates)), through: sub(output, mul(state, squashed)) });
  }

  const inputs = [...steps, weight, recurrence, ...(bias === null ? [] : [bias])];
  const outputs = withGradient([...past.map((step) => step.state), cell!], inputs, (call, input) => {
    const sums = call.shared("sums", () => gradientsOfSums(call));
    const [byRecurrence, byWeight, byBias] = call.shared("weights", () => {
      const { stepsTogether } = forms.lstm;
      const together: (readonly [Tensor, Tensor])[] = [];
      for (let end = sums.length; end > 0; end -= stepsTogether) {
        const [from, to] = [Math.max(end - stepsTogether, 0), end];
        together.push([concat(sums.slice(from, to), 1), concat(past.slice(from, to).map(({ read }) => read), 1)]);
      }
      // written after what they multiply: so the runtime computes each as soon as its steps are there (see `chunkGraph.ts` on its order)
      const product = together.reduce<Tensor | undefined>((sofar, [a, b]) => gemm(a, b, { transB: true, c: sofar }), undefined);
      return split(mul(product!, perGate(4)), [units, features, 1], 1, 3);
    });
    if (input === steps.length) return byWeight;
    if (input === steps.length + 1) return byRecurrence;
    if (input === steps.length + 2) return reshape(byBias, [4 * units]);
    return call.shared("inputs", () => split(matMul(turned(weight), concat(sums, 1)), Array<number>(steps.length).fill(batch), 1, steps.length))[input];
  });
  return { outputs: outputs.slice(0, -1), cell: outputs[outputs.length - 1] };

  /** Transposed, the candidate's columns times 4. The product lies after the transposition, which the runtime would else take into a slower product. */
  function turned(matrix: Tensor): Tensor {
    return mul(transpose(matrix, [1, 0]), reshape(perGate(4), [1, 4 * units]));
  }

  function gradientsOfSums({ outputGradients }: GradientContext): readonly Tensor[] {
    const back = turned(recurrence);
    const sums: Tensor[] = [];
    let [byState, byCell]: (Tensor | null)[] = [null, outputGradients[steps.length]];
    const sum = (a: Tensor | null, b: Tensor | null): Tensor | null => (a === null ? b : b === null ? a : add(a, b));
    for (const [t, step] of [...past.entries()].toReversed()) {
      const h = sum(byState, outputGradients[t]);
      const through = h === null ? null : mul(h, step.through);
      const d = sum(through, byCell) ?? zeros;
      const z = mul(concat([d, h ?? zeros, d, d], 0), step.slopes);
      sums.unshift(z);
      if (t === 0) break;
      byState = matMul(back, z);
      byCell = mul(d, step.forget);
    }
    return sums;
  }
}
