/** What holds weights and activations small: penalties in the loss, decoupled decay, bounds on the vectors of weights into a unit. */
import type { Tensor } from "../graph/builder.js";
import type { LayerOutline } from "../layers/outline.js";
import type { RegularizationSection } from "./config.js";
import type { ModelTensor } from "./parameters.js";

/** What holds for one learned tensor; 0 and null: nothing. */
export interface Restraint {
  /** l1 sum |w| and l2 sum w^2 in the loss. */
  readonly l1: number;
  readonly l2: number;
  /** Largest length of the vector of weights into a unit. */
  readonly maxNorm: number | null;
}

/** Penalty on what a layer gives, by the file: l1 sum |y| + l2 sum y^2, mean over the batch. */
export interface ActivityPenalty {
  readonly layer: string;
  readonly l1: number;
  readonly l2: number;
}

/** A layer's own arguments; they stand in the place of the section's. */
interface LayerRestraints {
  readonly l1?: number;
  readonly l2?: number;
  readonly max_norm?: number;
  readonly activity_l1?: number;
  readonly activity_l2?: number;
}

const unrestrained: Restraint = { l1: 0, l2: 0, maxNorm: null };

/**
 * What holds for a tensor by its layer's arguments and the file's section: weights alone, with `include_biases` biases too
 * (penalties and decay; a bound is for weights). Normalisation parameters are left free.
 */
export function restraintOf(tensor: ModelTensor, layer: LayerOutline, section: RegularizationSection | null): Restraint {
  const own = layer.arguments as LayerRestraints;
  if (!isPenalised(tensor, section)) return unrestrained;
  return {
    l1: own.l1 ?? section?.l1 ?? 0,
    l2: own.l2 ?? section?.l2 ?? 0,
    maxNorm: tensor.role === "weight" ? (own.max_norm ?? section?.maxNorm ?? null) : null,
  };
}

/** Whether penalties and decay touch a tensor. */
export function isPenalised({ role }: ModelTensor, section: RegularizationSection | null): boolean {
  return role === "weight" || (role === "bias" && section?.includeBiases === true);
}

/** Layers whose outputs are penalised: by their own arguments, or, by the section, every layer with weights but the last. */
export function activityPenalties(outline: readonly LayerOutline[], section: RegularizationSection | null): readonly ActivityPenalty[] {
  const hasWeights = (layer: LayerOutline): boolean => layer.tensors.some(({ role }) => role === "weight");
  const last = outline.findLast(hasWeights);
  return outline.flatMap((layer) => {
    const own = layer.arguments as LayerRestraints;
    const shared = hasWeights(layer) && layer !== last ? section : null;
    const [l1, l2] = [own.activity_l1 ?? shared?.activityL1 ?? 0, own.activity_l2 ?? shared?.activityL2 ?? 0];
    return l1 > 0 || l2 > 0 ? [{ layer: layer.name, l1, l2 }] : [];
  });
}

/** l1 sum |x| + l2 sum x^2 over all pairs, as a scalar; null where nothing is penalised. */
export function penalty(parts: readonly { readonly x: Tensor; readonly l1: number; readonly l2: number }[]): Tensor | null {
  const terms = parts.flatMap(({ x, l1, l2 }) => {
    const graph = x.builder;
    const sum = (op: "ReduceL1" | "ReduceSumSquare", factor: number): Tensor[] => (factor > 0 ? [graph.op("Mul", [graph.op(op, [x], { keepdims: 0 }), graph.scalar(factor)])] : []);
    return [...sum("ReduceL1", l1), ...sum("ReduceSumSquare", l2)];
  });
  if (terms.length === 0) return null;
  return terms.length === 1 ? terms[0] : terms[0].builder.op("Sum", terms);
}

/** Weights with every unit's incoming vector scaled down to at most this length (Srivastava et al., Dropout, 2014, 5.1); `outputAxis` is the axis of the units. */
export function boundedNorm(weights: Tensor, outputAxis: number, maxNorm: number): Tensor {
  const graph = weights.builder;
  const others = weights.dims.map((_, axis) => axis).filter((axis) => axis !== outputAxis);
  const norms = graph.op("Sqrt", [graph.op("ReduceSumSquare", [weights, graph.ints(others)], { keepdims: 1 })]);
  return graph.op("Mul", [weights, graph.op("Min", [graph.op("Div", [graph.scalar(maxNorm), norms]), graph.scalar(1)])]);
}
