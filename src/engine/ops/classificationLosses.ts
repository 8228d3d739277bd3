/** What the losses over class labels share: labels to ignore, weights of classes, and what flows into each example's own loss. */
import type { Tensor } from "../graph/builder.js";
import { cast, dimOf, div, equal, gather, mul, neg, reduceSum, reshapeLike, scalarLike, unsqueeze, where } from "../graph/functions.js";
import { tensorOf, type NumericType } from "../graph/tensorData.js";
import type { GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";

/** A loss of scores [N, C, ...] against labels [N, ...]. */
export type LossCall = GradientContext & { readonly scores: Tensor; readonly labels: Tensor; readonly weights: Tensor | null };

/** 1 at the label's class along axis 1, else 0. */
export function oneHotLabels(call: LossCall): Tensor {
  const { scores, graph } = call;
  const offOn = graph.constant(tensorOf(scores.type as NumericType, [2], [0, 1]));
  return graph.op("OneHot", [knownLabels(call), reshapeLike(dimOf(scores, 1), scalarLike(scores, 0)), offOn], { axis: 1 });
}

/** What flows into each example's own loss, its weight included, to be broadcast over the classes. */
export function exampleGradients(call: LossCall, dY: Tensor): Tensor {
  const { labels, scores, text, graph } = call;
  const each = labelWeights(call);
  const gradient = mul(each, text("reduction", "mean") === "mean" ? div(dY, total()) : dY);
  return gradient.shape?.length === 0 ? gradient : unsqueeze(gradient, [1]);

  function total(): Tensor {
    return each.shape?.length === 0 ? cast(graph.op("Size", [labels]), scores.type) : reduceSum(each, null);
  }
}

/** The weight of each example: of its class, 0 where it is ignored, else 1. */
function labelWeights(call: LossCall): Tensor {
  const { scores, weights } = call;
  const ignored = ignoredLabels(call);
  const weight = weights === null ? scalarLike(scores, 1) : gather(weights, knownLabels(call), 0);
  return ignored === null ? weight : where(ignored, scalarLike(scores, 0), weight);
}

/** Labels with those to ignore as class 0, so that they can be looked up. */
function knownLabels(call: LossCall): Tensor {
  const ignored = ignoredLabels(call);
  return ignored === null ? call.labels : where(ignored, scalarLike(call.labels, 0), call.labels);
}

function ignoredLabels({ labels, shared, int, node }: LossCall): Tensor | null {
  if (node.attributes.ignore_index === undefined) return null;
  return shared("ignored", () => equal(labels, scalarLike(labels, int("ignore_index", 0))));
}

/** The gradient by the weights of the classes, given each class's score or logarithm of its probability. */
export function classWeightGradient(call: GradientContext, logarithms: (scores: Tensor) => Tensor): Tensor | null {
  const { text } = call;
  return throughForm(call, ([scores, labels, weights]) => {
    if (!scores || !labels || !weights) return [];
    const loss: LossCall = Object.assign(Object.create(call) as GradientContext, { scores, labels, weights });
    const each = labelWeights(loss);
    const terms = neg(mul(each, reduceSum(mul(oneHotLabels(loss), logarithms(scores)), [1])));
    const reduction = text("reduction", "mean");
    if (reduction === "none") return [terms];
    return [reduction === "sum" ? reduceSum(terms, null) : div(reduceSum(terms, null), reduceSum(each, null))];
  });
}
