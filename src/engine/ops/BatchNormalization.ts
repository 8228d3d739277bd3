import type { Tensor } from "../graph/builder.js";
import { add, div, mul, neg, reduceMean, reduceSum, reshape, scale, shift, sqrt, square, sub } from "../graph/functions.js";
import { axesOf } from "../graph/shapes.js";
import { defineOperator, type Call, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";

/** Y = scale (X - mean) / sqrt(var + epsilon) + B by channel; in training form mean and var are the batch's. ONNX BatchNormalization-15. */
export const BatchNormalization = defineOperator("BatchNormalization", {
  inputs: ["X", "scale", "B", "mean", "var"],
  outputs: ["Y", "runningMean?", "runningVar?"],
  shape: ({ X, mean, var: variance }) => [
    { type: X.type, shape: X.shape },
    { type: mean.type, shape: mean.shape },
    { type: variance.type, shape: variance.shape },
  ],
  gradient: {
    X: (call) => {
      if (givesStatistics(call)) return throughForm(call, (inputs) => withStatistics(call, inputs));
      const { dY, scale: factor } = call;
      const { normalized, deviation } = normalization(call);
      const slope = div(byChannel(call, factor), deviation);
      if (!trains(call)) return mul(dY, slope);
      // the batch's mean and variance move with X too (Ioffe and Szegedy 2015, section 3)
      const axes = batchAxes(call);
      const throughMean = reduceMean(dY, axes, true);
      const throughVariance = mul(normalized, reduceMean(mul(dY, normalized), axes, true));
      return mul(sub(sub(dY, throughMean), throughVariance), slope);
    },
    scale: (call) => reduceSum(mul(call.dY, normalization(call).normalized), batchAxes(call)),
    B: (call) => reduceSum(call.dY, batchAxes(call)),
    mean: (call) => {
      if (givesStatistics(call)) return throughForm(call, (inputs) => withStatistics(call, inputs));
      if (trains(call)) return null;
      const slope = div(byChannel(call, call.scale), normalization(call).deviation);
      return neg(reduceSum(mul(call.dY, slope), batchAxes(call)));
    },
    var: (call) => {
      if (givesStatistics(call)) return throughForm(call, (inputs) => withStatistics(call, inputs));
      if (trains(call)) return null;
      const { normalized, deviation } = normalization(call);
      const slope = div(byChannel(call, call.scale), square(deviation));
      return scale(reduceSum(mul(call.dY, mul(normalized, slope)), batchAxes(call)), -0.5);
    },
  },
});

type BatchNormalizationCall = GradientContext & { readonly X: Tensor; readonly mean: Tensor; readonly var: Tensor };

/** Whether this is the training form. */
function trains(call: Call): boolean {
  return call.int("training_mode", 0) === 1;
}

/** Whether the loss depends on the running statistics too. */
function givesStatistics(call: GradientContext): boolean {
  return call.outputGradients.slice(1).some((gradient) => gradient !== null);
}

/** All outputs of the training form: running = momentum * running + (1 - momentum) * the batch's, the variance that of the population. */
function withStatistics(call: GradientContext, [x, factor, offset, mean, variance]: readonly (Tensor | null)[]): readonly Tensor[] {
  if (!x || !factor || !offset || !mean || !variance) return [];
  const axes = batchAxes({ X: x });
  const momentum = call.float("momentum", 0.9);
  const center = reduceMean(x, axes, true);
  const spread = reduceMean(square(sub(x, center)), axes, true);
  const normalized = div(sub(x, center), sqrt(shift(spread, call.float("epsilon", 1e-5))));
  const running = (old: Tensor, now: Tensor): Tensor => add(scale(old, momentum), scale(reshape(now, [-1]), 1 - momentum));
  const y = add(mul(normalized, byChannel({ X: x }, factor)), byChannel({ X: x }, offset));
  return [y, running(mean, center), running(variance, spread)];
}

function batchAxes({ X }: { readonly X: Tensor }): readonly number[] {
  return axesOf(null, X.rank).filter((axis) => axis !== 1);
}

/** A vector with an element a channel in a shape that broadcasts to X. */
function byChannel({ X }: { readonly X: Tensor }, vector: Tensor): Tensor {
  return X.rank <= 2 ? vector : reshape(vector, [-1, ...Array.from({ length: X.rank - 2 }, () => 1)]);
}

/** X normalised, and what it was divided by. */
function normalization(call: BatchNormalizationCall): { readonly normalized: Tensor; readonly deviation: Tensor } {
  const { X, mean, var: variance, shared, float } = call;
  return shared("normalization", () => {
    const training = trains(call);
    const axes = batchAxes(call);
    const center = training ? reduceMean(X, axes, true) : byChannel(call, mean);
    const centered = sub(X, center);
    const spread = training ? reduceMean(square(centered), axes, true) : byChannel(call, variance);
    const deviation = sqrt(shift(spread, float("epsilon", 1e-5)));
    return { normalized: div(centered, deviation), deviation };
  });
}
