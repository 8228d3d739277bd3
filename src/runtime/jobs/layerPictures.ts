/** Layers as pictures: which have any, and the numbers of their filters and outputs. */
import { DescentError } from "../../common/errors.js";
import type { LayerOutline } from "../../engine/layers/outline.js";
import type { Dataset } from "../../engine/data/types.js";
import type { InspectedLayer, LayerPictures } from "../../protocol/inspection.js";
import type { WeightsOfStep } from "./runWeights.js";

/** Numbers of one answer at most: 2 MB. */
const mostValues = 2 ** 19;

type Filters = NonNullable<InspectedLayer["filters"]>;

/** The layers that have pictures: outputs with axes of place, or filters. */
export function pictureLayers(outline: readonly LayerOutline[], dataset: Dataset): readonly InspectedLayer[] {
  return outline.flatMap((layer) => {
    const [maps, filters] = [mapsOf(layer), filtersOf(layer, outline, dataset)];
    return maps === null && filters === null ? [] : [{ name: layer.name, kind: layer.kind, maps, filters }];
  });
}

/** Outputs [channels, ...places]: of volumes the slices stand under each other. A layer that gives [channels, time] counts where it convolves. */
function mapsOf(layer: LayerOutline): InspectedLayer["maps"] {
  const [count, ...places] = layer.outputShape;
  if (places.length === 0 || places.length > 3 || (places.length === 1 && convolution(layer) === undefined)) return null;
  const width = places.at(-1)!;
  return { count, width, height: places.slice(0, -1).reduce((product, dim) => product * dim, 1) };
}

/** The tensor that a layer convolves with: a weight of at least three axes. */
function convolution(layer: LayerOutline) {
  return layer.tensors.find(({ role, shape }) => role === "weight" && shape.length >= 3 && /conv/i.test(layer.kind));
}

/** Filters [filters, planes, ...kernel]; of a transposed convolution [planes, filters, ...kernel]. */
function filtersOf(layer: LayerOutline, outline: readonly LayerOutline[], dataset: Dataset): Filters | null {
  const tensor = convolution(layer);
  if (tensor === undefined) return null;
  const [first, second, ...kernel] = tensor.shape;
  const [count, planes] = tensor.outputAxis === 0 ? [first, second] : [second, first];
  const isFirst = outline.find((one) => convolution(one) !== undefined) === layer;
  return {
    count, planes, width: kernel.at(-1)!, height: kernel.slice(0, -1).reduce((product, dim) => product * dim, 1),
    colour: isFirst && planes === 3 && dataset.inputKind === "image" && dataset.inputs.dims[1] === 3,
  };
}

/** A page of a layer's filters. */
export function filterPictures(layer: LayerOutline, known: InspectedLayer, { weights, step }: WeightsOfStep, { offset, limit }: { readonly offset: number; readonly limit: number }): LayerPictures {
  const tensor = convolution(layer);
  const { filters } = known;
  if (tensor === undefined || filters === null) throw new DescentError("no-filters", `${layer.name} has no filters.`);
  const { count, planes, width, height } = filters;
  const { data } = weights[`${layer.name}.${tensor.name}`];
  const area = width * height;
  return pageOf({ layer: layer.name, step, planes, width, height }, { count, offset, limit }, data, (filter, plane) => (tensor.outputAxis === 0 ? filter * planes + plane : plane * count + filter) * area);
}

/** A page of what a layer makes of an example: `values` are its whole output, channel by channel. */
export function mapPictures(known: InspectedLayer, step: number, values: Float32Array, { offset, limit }: { readonly offset: number; readonly limit: number }): LayerPictures {
  if (known.maps === null) throw new DescentError("no-maps", `What ${known.name} gives has no axes of place: it is no picture.`);
  const { count, width, height } = known.maps;
  return pageOf({ layer: known.name, step, planes: 1, width, height }, { count, offset, limit }, values, (channel) => channel * width * height);
}

function pageOf(about: Pick<LayerPictures, "layer" | "step" | "planes" | "width" | "height">, { count, offset, limit }: { readonly count: number; readonly offset: number; readonly limit: number }, data: Float32Array, start: (picture: number, plane: number) => number): LayerPictures {
  const area = about.width * about.height;
  const each = area * about.planes;
  const shown = Math.max(0, Math.min(limit, count - offset, Math.max(1, Math.floor(mostValues / each))));
  const values = new Float32Array(shown * each);
  for (let i = 0; i < shown; i++) {
    for (let plane = 0; plane < about.planes; plane++) {
      const from = start(offset + i, plane);
      values.set(data.subarray(from, from + area), i * each + plane * area);
    }
  }
  return { ...about, offset, count: shown, values: Buffer.from(values.buffer).toString("base64"), ...boundsOf(data) };
}

/** Smallest and largest finite value; both 0 where there is none. */
function boundsOf(data: Float32Array): { readonly min: number; readonly max: number } {
  let [min, max] = [Infinity, -Infinity];
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : { min: 0, max: 0 };
}
