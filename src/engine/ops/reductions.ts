/** What the gradients of reductions share. */
import type { Tensor } from "../graph/builder.js";
import { reshape, unsqueeze } from "../graph/functions.js";
import type { Call, GradientContext } from "./defineOperator.js";
import { reducedAxes } from "./shapeRules.js";

/** A reduction's result, or a gradient of that shape, with the reduced axes back as ones, so that it broadcasts to X. */
export function unreduced(call: Call, y: Tensor, X: Tensor): Tensor {
  if (call.int("keepdims", 1) === 1) return y;
  const axesInput = call.inputs[1] ?? null;
  if (X.shape === null) {
    if (axesInput !== null) return unsqueeze(y, axesInput);
    if (call.ints("axes") === null) return y; // a scalar broadcasts to any rank
    return unsqueeze(y, call.ints("axes") as readonly number[]);
  }
  const axes = reducedAxes(call, X.rank);
  if (axes === "unknown") return unsqueeze(y, axesInput as Tensor);
  if (axes.length === X.rank) return y.shape?.length === 0 ? y : reshape(y, []);
  return unsqueeze(y, axes);
}

/** The same axes of another tensor summed up. */
export function summedAlike({ graph, node, inputs, opset }: GradientContext, x: Tensor): Tensor {
  const { axes, ...rest } = node.attributes;
  // ReduceSum takes its axes as an input in every opset that we know; the other reductions from 18 on
  const axesInput = axes?.kind === "ints" ? graph.ints(axes.value) : (inputs[1] ?? null);
  return opset >= 13 ? graph.op("ReduceSum", [x, axesInput], rest) : graph.op("ReduceSum", [x], node.attributes);
}
