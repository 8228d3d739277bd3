import { DescentError } from "../../common/errors.js";
import type { Tensor } from "../graph/builder.js";
import { cast, concat, dimOf, gather, matMul, reshape, transpose, unsqueeze } from "../graph/functions.js";
import { axesOf, sameDim } from "../graph/shapes.js";
import { numbersOf } from "../graph/tensorData.js";
import type { Dim, Shape } from "../graph/types.js";
import { defineOperator, type Call, type GradientContext } from "./defineOperator.js";

type ResizeCall = Call & { readonly X: Tensor; readonly roi: Tensor | null; readonly scales: Tensor | null; readonly sizes: Tensor | null };

/** Y = X at other sizes: the nearest elements, or linear or cubic interpolation between them, axis by axis. ONNX Resize-19. */
export const Resize = defineOperator("Resize", {
  inputs: ["X", "roi?", "scales?", "sizes?"],
  shape: (call) => [{ type: call.X.type, shape: resizedShape(call) }],
  gradient: { X: (call) => spreadBack(call, call.dY), roi: regionGradient, scales: "zero", sizes: "zero" },
});

/** The region says how, but for the mode that crops, whose result moves with it. */
function regionGradient(call: GradientContext): null {
  if (call.text("coordinate_transformation_mode", "half_pixel") !== "tf_crop_and_resize") return null;
  throw new DescentError("operator-without-gradient", `The gradient of Resize (node ${call.node.name}) by its region is not here; that by its input is.`);
}

/** The axes that are resized, in the order of scales and sizes. */
function axesResized({ X, ints }: ResizeCall): readonly number[] {
  return axesOf(ints("axes"), X.rank);
}

function given(tensor: Tensor | null): Tensor | null {
  return tensor === null || tensor.shape?.[0] === 0 ? null : tensor;
}

function knownScales(call: ResizeCall): readonly number[] | null {
  const scales = given(call.scales);
  return scales?.constant ? numbersOf(scales.constant) : null;
}

function resizedShape(call: ResizeCall): Shape | null {
  const { X } = call;
  if (X.shape === null) return null;
  const shape: Dim[] = [...X.shape];
  const [scales, sizes] = [knownScales(call), given(call.sizes)?.elements ?? null];
  axesResized(call).forEach((axis, i) => {
    const size = shape[axis];
    if (scales !== null) shape[axis] = scales[i] === 1 ? size : typeof size === "number" ? Math.floor(Math.fround(size * scales[i])) : null;
    else shape[axis] = sizes?.[i] ?? null;
  });
  const policy = call.text("keep_aspect_ratio_policy", "stretch");
  return given(call.sizes) === null || policy === "stretch" ? shape : keptRatio(call, policy);
}

/** Sizes under one scale for all axes, the smallest or largest that the sizes ask for. */
function keptRatio(call: ResizeCall, policy: string): Shape {
  const { X, sizes } = call;
  const axes = axesResized(call);
  const ratios = axes.map((axis, i) => [X.shape?.[axis], sizes?.elements?.[i]]);
  if (ratios.some((pair) => pair.some((dim) => typeof dim !== "number"))) return (X.shape as Shape).map((dim, axis) => (axes.includes(axis) ? null : dim));
  const scales = (ratios as number[][]).map(([from, to]) => to / from);
  const scale = policy === "not_larger" ? Math.min(...scales) : Math.max(...scales);
  return (X.shape as Shape).map((dim, axis) => (axes.includes(axis) && typeof dim === "number" ? Math.round(dim * scale) : dim));
}

/** Resizing is linear in X and goes axis by axis: the gradient is multiplied by each axis's matrix. */
function spreadBack(call: GradientContext & ResizeCall, dY: Tensor): Tensor {
  const { X } = call;
  const crops = call.text("coordinate_transformation_mode", "half_pixel") === "tf_crop_and_resize";
  const scales = knownScales(call);
  let gradient = dY;
  for (const [i, axis] of axesResized(call).entries()) {
    const same = sameDim(X.shape?.[axis] ?? null, dY.shape?.[axis] ?? null) && (scales === null || scales[i] === 1);
    if (same && !crops) continue;
    const last = axesOf(null, X.rank).filter((other) => other !== axis);
    const turned = matMul(transpose(gradient, [...last, axis]), transpose(matrixOf(call, axis, i), [1, 0]));
    gradient = transpose(turned, axesOf(null, X.rank).map((other) => (other === axis ? last.length : last.indexOf(other))));
  }
  return gradient;
}

/**
 * What an axis of n elements becomes, as a matrix [n, resized]: the rows of an identity matrix, resized by the operator itself, so
 * that every mode is exactly the runtime's. A constant for known sizes, which the runtime folds.
 */
function matrixOf(call: GradientContext & ResizeCall, axis: number, i: number): Tensor {
  const { X, graph, node, roi } = call;
  const count = axesResized(call).length;
  const size = reshape(dimOf(X, axis), []);
  const places = graph.op("Range", [graph.scalar(0, "int64"), size, graph.scalar(1, "int64")]);
  const identity = cast(graph.op("Equal", [reshape(places, [-1, 1]), reshape(places, [1, -1])]), "float32");
  const { axes: _axes, keep_aspect_ratio_policy: _policy, extrapolation_value: _value, ...attributes } = node.attributes;
  const region = given(roi);
  const part = (at: number): Tensor => gather(region as Tensor, graph.ints([at]), 0);
  const ends = region === null ? null : cast(concat([floatsOf(graph, [0, 0, 0], region), part(i), floatsOf(graph, [1, 1, 1], region), part(i + count)], 0), "float32");
  const scales = given(call.scales);
  const image = unsqueeze(unsqueeze(identity, [0]), [0]);
  const resized =
    scales === null
      ? graph.op("Resize", [image, ends, null, concat([graph.ints([1, 1]), dimOf(X, axis), sizeAt(call, axis)], 0)], attributes)
      : graph.op("Resize", [image, ends, concat([floatsOf(graph, [1, 1, 1], scales), gather(scales, graph.ints([i]), 0)], 0)], attributes);
  return cast(reshape(resized, concat([dimOf(X, axis), graph.ints([-1])], 0)), X.type);
}

/** The size of the result along an axis. Throws `shape-unknown` where the ratio of unknown sizes is kept. */
function sizeAt(call: GradientContext & ResizeCall, axis: number): Tensor {
  const known = call.outputs[0]?.shape?.[axis];
  if (typeof known === "number") return call.graph.ints([known]);
  if (call.text("keep_aspect_ratio_policy", "stretch") !== "stretch") throw new DescentError("shape-unknown", "The gradient of Resize that keeps the ratio of the sides needs known sizes.");
  return dimOf(call.outputs[0] as Tensor, axis);
}

function floatsOf(graph: GradientContext["graph"], values: readonly number[], like: Tensor): Tensor {
  const vector = graph.constant({ type: "float32", dims: [values.length], data: Float32Array.from(values) });
  return cast(vector, like.type);
}
