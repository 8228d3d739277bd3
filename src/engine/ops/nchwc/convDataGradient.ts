/** The gradient of a blocked convolution with respect to its input. */
import type { Tensor } from "../../graph/builder.js";
import { matMul, reshape } from "../../graph/functions.js";
import { blockSizeOf, interleave, nchwcDomain, reorderInput, reorderOutput } from "./blocked.js";
import type { WindowGeometry } from "./convGeometry.js";
import { forms } from "../../lowering/table.js";
import { readsPlainInput, turnedWeights, weightsAsMatrix } from "./convWeights.js";

type Axis = 0 | 1;

/**
 * dX for Y = Conv(X, W), from d = dY, in X's layout (NCHW where X has fewer channels than a block, else blocked). Three ways, the
 * fastest that fits:
 * stride 1 - one blocked Conv of d with the flipped, turned kernel;
 * stride s - one blocked Conv for each of the s x s phases of the input with the taps that reach it, then the phases are interleaved;
 * anything else, and where the flipped kernel would mostly multiply padding - the products a window, summed by Col2Im.
 */
export function convDataGradient(x: Tensor, weights: Tensor, d: Tensor, window: WindowGeometry): Tensor {
  const plainInput = readsPlainInput(x.dims[1], blockSizeOf(x.builder));
  if (plainInput || wastesProducts(x, d, window)) return byColumns(x, weights, d, window, plainInput);
  const axes = [0, 1].map((axis) => axisPhases(axis as Axis, x.dims[2 + axis], d.dims[2 + axis], window));
  if (axes[0] === null || axes[1] === null) return byColumns(x, weights, d, window, plainInput);
  return byPhases(x, weights, d, axes[0], axes[1]);
}

/** Whether a flipped kernel would mostly multiply padding: it multiplies at every pixel of the input, products a window only at those of the output. */
function wastesProducts(x: Tensor, d: Tensor, window: WindowGeometry): boolean {
  const [, , h, w] = x.dims;
  const [, , oh, ow] = d.dims;
  return window.strides.every((s) => s === 1) && forms.dataGradient.byColumns(h * w, oh * ow);
}

/** The taps that reach the pixels of one phase along an axis, and the pads with which d is read for them. */
interface Phase {
  readonly taps: readonly number[];
  readonly before: number;
  readonly after: number;
}

/**
 * Pixel s m + a of the input is reached by taps k = r + s j, r = (a + pad) mod s, from output m + (a + pad - r) / s - j.
 * Null where that does not go: dilated kernels with a stride, sizes that the stride does not divide, pads that would be negative.
 */
function axisPhases(axis: Axis, size: number, outputs: number, window: WindowGeometry): readonly Phase[] | null {
  const [stride, dilation, kernel, pad] = [window.strides[axis], window.dilations[axis], window.kernel[axis], window.pads[axis]];
  if (dilation !== 1 || size % stride !== 0) return null;
  const phases: Phase[] = [];
  for (let a = 0; a < stride; a++) {
    const first = (a + pad) % stride;
    const taps: number[] = [];
    for (let k = first; k < kernel; k += stride) taps.unshift(k);
    const shift = (a + pad - first) / stride;
    const before = taps.length - 1 - shift;
    const after = size / stride - outputs + shift;
    if (taps.length > 0 && (before < 0 || after < 0)) return null;
    phases.push({ taps, before, after });
  }
  return phases;
}

function byPhases(x: Tensor, weights: Tensor, d: Tensor, rows: readonly Phase[], columns: readonly Phase[]): Tensor {
  const graph = x.builder;
  const part = (row: Phase, column: Phase): Tensor | null => {
    if (row.taps.length === 0 || column.taps.length === 0) return null;
    const kernel = turnedWeights(weights, row.taps, column.taps);
    const attributes = { kernel_shape: [row.taps.length, column.taps.length], pads: [row.before, column.before, row.after, column.after] };
    return graph.op("Conv", [d, kernel], attributes, { domain: nchwcDomain });
  };
  return interleave(graph, rows.flatMap((row) => columns.map((column) => part(row, column))), x.dims, rows.length, columns.length);
}

function byColumns(x: Tensor, weights: Tensor, d: Tensor, window: WindowGeometry, plainInput: boolean): Tensor {
  const graph = x.builder;
  const [n, , h, w] = x.dims;
  const [, o, oh, ow] = d.dims;
  const pixels = reshape(reorderOutput(d, o), [n, o, oh * ow]);
  const products = matMul(weightsAsMatrix(weights), pixels);
  const image = graph.op("Col2Im", [products, graph.ints([h, w]), graph.ints(window.kernel)], { pads: window.pads, strides: window.strides, dilations: window.dilations });
  return plainInput ? image : reorderInput(image);
}
