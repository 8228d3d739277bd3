/** Reverse-mode differentiation: the one place that walks a graph backwards, accumulates, un-broadcasts and checks. */
import { DescentError } from "../../common/errors.js";
import { formatShape, type Tensor } from "../graph/builder.js";
import { add, onesLike, zerosLike } from "../graph/functions.js";
import { differ, isStatic } from "../graph/shapes.js";
import { elementCount, isFloat } from "../graph/tensorData.js";
import type { Node } from "../graph/types.js";
import type { GradientRule } from "../ops/defineOperator.js";
import { gradientContext } from "./gradientContext.js";
import { nodesBetween, ruleAt } from "./path.js";
import { unbroadcast } from "./unbroadcast.js";

export interface GradientOptions {
  /** What flows into the loss, of the loss's shape. By default ones, for a loss of one element. */
  readonly seed?: Tensor;
}

/**
 * d loss / d value for each of `wrt`, of that value's shape, appended to the loss's graph; zeros where the loss does not
 * depend on it. Nodes that do not lie between `wrt` and the loss are left alone. Throws `loss-not-scalar` without a seed, `not-differentiable` for a
 * value that is no float, `operator-without-gradient` naming operator and node, and `gradient-shape` where a rule is wrong.
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[], options: GradientOptions = {}): Tensor[] {
  for (const value of [loss, ...wrt]) requireFloat(value);
  const graph = loss.builder;
  const flowing = new Map<string, Tensor>([[loss.name, options.seed ?? unitSeed(loss)]]);

  for (const { node, active } of nodesBetween(graph, loss, wrt).toReversed()) {
    const outputGradients = node.outputs.map((name) => flowing.get(name) ?? null);
    if (outputGradients.every((gradient) => gradient === null)) continue;
    const contextAt = gradientContext(graph, node, outputGradients);
    for (const slot of active) {
      const value = graph.tensor(node.inputs[slot]);
      const gradient = applied(ruleAt(node, slot), contextAt(slot), node, value);
      if (gradient !== null) accumulate(flowing, value, fitted(gradient, value, node));
    }
  }
  return wrt.map((value) => flowing.get(value.name) ?? zerosLike(value));
}

function requireFloat(value: Tensor): void {
  if (!isFloat(value.type)) throw new DescentError("not-differentiable", `${value.name} holds ${value.type}; only floating-point values have gradients.`);
}

function unitSeed(loss: Tensor): Tensor {
  if (isStatic(loss.shape) && elementCount(loss.shape) !== 1) {
    throw new DescentError("loss-not-scalar", `The loss ${loss.name} has the shape ${formatShape(loss.shape)}; a loss is a single number.`);
  }
  return onesLike(loss);
}

function applied(rule: GradientRule, context: Parameters<Exclude<GradientRule, string>>[0], node: Node, value: Tensor): Tensor | null {
  if (rule === "zero") return null;
  if (rule === "unsupported") throw withoutGradient(node, value);
  try {
    return rule(context);
  } catch (error) {
    if (!(error instanceof DescentError)) throw error;
    throw new DescentError(error.code, `${error.message} (gradient of ${node.op}, node ${node.name}, by ${value.name})`, error.location, { cause: error });
  }
}

function withoutGradient(node: Node, value: Tensor): DescentError {
  const operator = node.domain === "" ? node.op : `${node.domain}.${node.op}`;
  return new DescentError(
    "operator-without-gradient",
    `The operator ${operator} (node ${node.name}) has no gradient here, and the loss depends through it on ${value.name}. ` +
      "Leave what lies before it out of the gradient (freeze it), or express the operator by others that have one.",
  );
}

/** The gradient summed to the value's shape; broadcasting is undone here and nowhere else. */
function fitted(gradient: Tensor, value: Tensor, node: Node): Tensor {
  const summed = unbroadcast(gradient, value, node.inputs.length === 1);
  if (differ(summed.shape, value.shape) || summed.type !== value.type) {
    throw new DescentError(
      "gradient-shape",
      `The gradient of ${node.op} (node ${node.name}) by ${value.name} is ${summed.type} ${formatShape(summed.shape)}, but the value is ${value.type} ${formatShape(value.shape)}.`,
    );
  }
  return summed;
}

function accumulate(flowing: Map<string, Tensor>, value: Tensor, gradient: Tensor): void {
  const sofar = flowing.get(value.name);
  flowing.set(value.name, sofar === undefined ? gradient : add(sofar, gradient));
}
