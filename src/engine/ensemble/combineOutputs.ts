/** The predictions of several models as one: probabilities are averaged, numbers too; what comes out means what a single model's outputs mean. */
import type { Tensor } from "../graph/builder.js";
import type { OutputReading } from "../losses/defineLoss.js";

/**
 * Outputs of the members, [rows, width] each, as outputs of one model of the same reading: of logits the logarithm of the mean softmax, or the
 * logit of the mean sigmoid; of logarithms the logarithm of the mean probability; of probabilities, numbers and margins the mean. Sums are
 * float64 and never leave the range of the exponential.
 */
export function combineOutputs(reading: OutputReading, members: readonly Float32Array[], width: number): Float32Array {
  const [first] = members;
  const combined = new Float32Array(first.length);
  const logs = members.map((outputs) => (reading === "softmax" ? logSoftmax(outputs, width) : null));
  for (let i = 0; i < first.length; i++) {
    const values = members.map((outputs, m) => logs[m]?.[i] ?? outputs[i]);
    combined[i] = combine(reading, values);
  }
  return combined;
}

function combine(reading: OutputReading, values: readonly number[]): number {
  switch (reading) {
    case "softmax":
    case "log_probabilities":
      return logMeanExp(values);
    case "sigmoid":
      return logMeanExp(values.map((z) => -softplus(-z))) - logMeanExp(values.map((z) => -softplus(z)));
    case "probabilities":
    case "number":
    case "margin":
      return values.reduce((sum, value) => sum + value, 0) / values.length;
  }
}

/** log(1 + e^x). */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** log((e^a + e^b + ...) / n). */
function logMeanExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  if (!Number.isFinite(largest)) return largest;
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0) / values.length);
}

function logSoftmax(outputs: Float32Array, width: number): Float64Array {
  const logs = new Float64Array(outputs.length);
  for (let row = 0; row < outputs.length; row += width) {
    let largest = -Infinity;
    for (let k = 0; k < width; k++) largest = Math.max(largest, outputs[row + k]);
    let sum = 0;
    for (let k = 0; k < width; k++) sum += Math.exp(outputs[row + k] - largest);
    for (let k = 0; k < width; k++) logs[row + k] = outputs[row + k] - largest - Math.log(sum);
  }
  return logs;
}

/** The same in a graph; `members` have one shape. */
export function combineTensors(reading: OutputReading, members: readonly Tensor[]): Tensor {
  const graph = members[0].builder;
  switch (reading) {
    case "softmax":
      return logMeanExpOf(members.map((z) => graph.op("LogSoftmax", [z], { axis: -1 })));
    case "log_probabilities":
      return logMeanExpOf(members);
    case "sigmoid": {
      // log p = -softplus(-z), log (1 - p) = -softplus(z)
      const log = (z: Tensor): Tensor => graph.op("Neg", [graph.op("Softplus", [z])]);
      return graph.op("Sub", [logMeanExpOf(members.map((z) => log(graph.op("Neg", [z])))), logMeanExpOf(members.map(log))]);
    }
    case "probabilities":
    case "number":
    case "margin":
      return graph.op("Mean", members);
  }
}

function logMeanExpOf(members: readonly Tensor[]): Tensor {
  const graph = members[0].builder;
  const stacked = graph.op("Concat", members.map((x) => graph.op("Unsqueeze", [x, graph.ints([0])])), { axis: 0 });
  return graph.op("Sub", [graph.op("ReduceLogSumExp", [stacked, graph.ints([0])], { keepdims: 0 }), graph.scalar(Math.log(members.length))]);
}
