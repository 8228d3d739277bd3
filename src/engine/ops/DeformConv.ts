import type { Tensor } from "../graph/builder.js";
import { add, cast, dimOf, matMul, mul, reshape, scale, shapeOf, slice, squeeze, transpose, unsqueeze } from "../graph/functions.js";
import { tensorOf, type NumericType } from "../graph/tensorData.js";
import { sizeAlong, weightedCorners } from "./bilinear.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { windowCounts, windowsOf } from "./windows.js";

/** Y = Conv whose kernel reads X at places moved by `offset` (rows and columns for each kernel element), times `mask`. ONNX DeformConv-19. */
export const DeformConv = defineOperator("DeformConv", {
  inputs: ["X", "W", "offset", "B?", "mask?"],
  shape: (call) => {
    const { X, W } = call;
    if (X.shape === null || W.shape === null) return [{ type: X.type, shape: null }];
    return [{ type: X.type, shape: [X.shape[0], W.shape[0], ...windowCounts(windowsOf(call, X.shape.slice(2), W.dims.slice(2)), X.shape.slice(2))] }];
  },
  gradient: { X: rule, W: rule, offset: rule, B: rule, mask: rule },
});

function rule(call: GradientContext): Tensor | null {
  return throughForm(call, ([X, W, offset, B, mask]) => (X && W && offset ? [form(call, { X, W, offset, B: B ?? null, mask: mask ?? null })] : []));
}

interface Operands {
  readonly X: Tensor;
  readonly W: Tensor;
  readonly offset: Tensor;
  readonly B: Tensor | null;
  readonly mask: Tensor | null;
}

/** The elements that each kernel element reads, as columns, times the weights as a matrix. */
function form(call: GradientContext, { X, W, offset, B, mask }: Operands): Tensor {
  const g = X.builder;
  const { kernel, strides, dilations, before } = windowsOf(call, X.shape?.slice(2) ?? [], W.dims.slice(2));
  const [groups, offsetGroups] = [call.int("group", 1), call.int("offset_group", 1)];
  const channels = W.dims[1] * groups;
  const elements = kernel[0] * kernel[1];
  const columns = dimOf(offset, 3);
  const count = g.op("Mul", [dimOf(offset, 2), columns]);

  // [N, groups of offsets, kernel elements, 2, windows]
  const moved = reshape(offset, [0, offsetGroups, elements, 2, -1]);
  const window = g.op("Range", [g.scalar(0, "int64"), reshape(count, []), g.scalar(1, "int64")]);
  const along = (axis: 0 | 1): Tensor => {
    const ofElement = Array.from({ length: elements }, (_, k) => (axis === 0 ? Math.floor(k / kernel[1]) : k % kernel[1]) * dilations[axis] - (before?.[axis] ?? 0));
    const ofWindow = scale(cast(g.op(axis === 0 ? "Div" : "Mod", [window, columns]), X.type), strides[axis]);
    const base = add(g.constant(tensorOf(X.type as NumericType, [elements, 1], ofElement)), ofWindow);
    return add(squeeze(slice(moved, [axis], [axis + 1], [3]), [3]), base);
  };
  // Each group of offsets reads channels of its own, as an image of its own: the first two axes become one.
  const alone = (x: Tensor): Tensor => g.op("Flatten", [x], { axis: 2 });
  const perGroup = channels / offsetGroups;
  const flat = reshape(alone(reshape(X, [0, offsetGroups, -1])), [0, perGroup, -1]);
  const read = weightedCorners({ flat, height: sizeAlong(X, 2), width: sizeAlong(X, 3) }, alone(along(0)), alone(along(1))).reduce(add);
  // the channels of an image share their group's mask
  const masked = mask === null ? read : mul(read, unsqueeze(alone(reshape(mask, [0, offsetGroups, -1])), [1]));
  // [N groups of offsets, channels, kernel elements, windows] as [N, groups, channels and kernel elements, windows]
  const byElement = reshape(masked, [0, perGroup, elements, -1]);
  const depth = (channels / groups) * elements;
  const matrix = offsetGroups === 1 ? reshape(byElement, [0, groups, depth, -1]) : transpose(reshape(transpose(byElement, [3, 0, 1, 2]), [0, -1, groups, depth]), [1, 2, 3, 0]);
  const product = matMul(reshape(W, [groups, -1, depth]), matrix);
  const y = reshape(product, shapeOf(call.outputs[0] as Tensor));
  return B === null ? y : withBias(y, B);
}

/** y [N, C, H, W] plus one number a channel. */
function withBias(y: Tensor, bias: Tensor): Tensor {
  return add(y, reshape(bias, [-1, 1, 1]));
}
