/** Reverse-mode differentiation: the one place that walks a graph backwards, accumulates, un-broadcasts and checks. */
import { DescentError } from "../../common/errors.js";
import { sumByParts } from "../graph/assembled.js";
import { formatShape, type Tensor } from "../graph/builder.js";
import { add, graphOf, onesLike, zerosLike } from "../graph/functions.js";
import { differ } from "../graph/shapes.js";
import { isFloat } from "../graph/tensorData.js";
import type { Node } from "../graph/types.js";
import type { GradientRule, Seed } from "../ops/defineOperator.js";
import { gradientContext } from "./gradientContext.js";
import { captureRule, nodesBetween, ruleAt } from "./path.js";
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
  return pullback([{ output: loss, gradient: options.seed ?? unitSeed(loss) }], wrt).map((gradient, i) => gradient ?? zerosLike(wrt[i]));
}

/**
 * The gradients by `wrt` of everything that depends on these outputs, given the gradients of the outputs themselves (a vector-Jacobian
 * product); null where nothing flows. Nodes are appended to the innermost graph among those of the outputs.
 */
export function pullback(seeds: readonly Seed[], wrt: readonly Tensor[]): (Tensor | null)[] {
  const graph = graphOf(...seeds.flatMap(({ output, gradient }) => [output, gradient]));
  const flowing = new Map<string, Tensor>();
  for (const { output, gradient } of seeds) accumulate(flowing, output, gradient);

  for (const { node, active, captured } of nodesBetween(graph, seeds.map(({ output }) => output), wrt).toReversed()) {
    const outputGradients = node.outputs.map((name) => flowing.get(name) ?? null);
    if (outputGradients.every((gradient) => gradient === null)) continue;
    const contextAt = gradientContext({ graph, node, outputGradients, captured, pullback });
    const flow = (value: Tensor, gradient: Tensor | null): void => {
      if (gradient !== null) accumulate(flowing, value, fitted(gradient, value, node));
    };
    for (const slot of active) {
      const value = graph.tensor(node.inputs[slot]);
      flow(value, applied(ruleAt(node, slot), contextAt(slot), node, value));
    }
    for (const name of captured) flow(graph.tensor(name), applied(captureRule(node, name), contextAt(0), node, graph.tensor(name)));
  }
  return wrt.map((value) => flowing.get(value.name) ?? null);
}

function requireFloat(value: Tensor): void {
  if (!isFloat(value.type)) throw new DescentError("not-differentiable", `${value.name} holds ${value.type}; only floating-point values have gradients.`);
}

function unitSeed(loss: Tensor): Tensor {
  // a symbol may turn out to be 1
  if (loss.shape?.some((dim) => typeof dim === "number" && dim !== 1)) {
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
  return summed.builder.shapedLike(summed, value);
}

function accumulate(flowing: Map<string, Tensor>, value: Tensor, gradient: Tensor): void {
  const sofar = flowing.get(value.name);
  flowing.set(value.name, sofar === undefined ? gradient : (sumByParts(sofar, gradient) ?? add(sofar, gradient)));
}
