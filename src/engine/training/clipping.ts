import type { Tensor } from "../graph/builder.js";
import type { TrainingSection } from "./config.js";

/**
 * Gradients kept small: `norm` scales all of them down to a global norm (PyTorch's clip_grad_norm_, its 1e-6 included),
 * `value` bounds every element, `scale_to_norm` gives them this global norm always.
 */
function clipGradients(gradients: readonly Tensor[], clip: TrainingSection["clip"]): readonly Tensor[] {
  if (clip === null || gradients.length === 0) return gradients;
  const graph = gradients[0].builder;
  if (clip.kind === "value") return gradients.map((g) => graph.op("Clip", [g, graph.scalar(-clip.limit), graph.scalar(clip.limit)]));
  const squares = gradients.map((g) => graph.op("ReduceSumSquare", [g], { keepdims: 0 }));
  const norm = graph.op("Sqrt", [squares.length === 1 ? squares[0] : graph.op("Sum", squares)]);
  const factor = graph.op("Div", [graph.scalar(clip.limit), graph.op("Add", [norm, graph.scalar(clip.kind === "norm" ? 1e-6 : 1e-12)])]);
  const applied = clip.kind === "norm" ? graph.op("Clip", [factor, null, graph.scalar(1)]) : factor;
  return gradients.map((g) => graph.op("Mul", [g, applied]));
}

/** Gradients whose group has a clip of its own (`own`, one a gradient; undefined: none) are clipped by themselves, the others together by `shared`. */
export function clipByGroup(gradients: readonly Tensor[], own: readonly (TrainingSection["clip"] | undefined)[], shared: TrainingSection["clip"]): readonly Tensor[] {
  const result = [...gradients];
  for (const clip of new Set(own)) {
    const members = own.flatMap((c, i) => (c === clip ? [i] : []));
    clipGradients(members.map((i) => gradients[i]), clip === undefined ? shared : clip).forEach((g, k) => void (result[members[k]] = g));
  }
  return result;
}
