/** An example as a person reads it: raw values, before scaling. */
import type { ConstantTensor } from "../graph/types.js";
import { predictsClasses } from "./task.js";
import { decodeTokens } from "./text/tokens.js";
import type { Dataset } from "./types.js";

export type ShownExample =
  /** Row by row, `channels` bytes a pixel (1 grey, 3 RGB). */
  | { readonly kind: "image"; readonly width: number; readonly height: number; readonly channels: 1 | 3; readonly pixels: Uint8Array }
  /** As it is written. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "row"; readonly columns: readonly string[]; readonly values: readonly string[] };

/** Example `index` of a data set. Values that are not bytes are stretched from the data's least and greatest to 0..255. */
export function showExample(dataset: Dataset, index: number): ShownExample {
  if (dataset.reading.text !== undefined) return { kind: "text", text: decodeTokens(tokensOf(dataset.inputs, index), dataset.reading.text) };
  return dataset.inputKind === "image" ? showImage(dataset, index) : showRow(dataset, index);
}

/** The same for what a model gives in the place of an example: `values` are scaled as inputs are. */
export function showReconstruction(dataset: Dataset, values: Float32Array): ShownExample {
  const inputs: ConstantTensor = { type: "float32", dims: [1, ...dataset.inputs.dims.slice(1)], data: values };
  return showExample({ ...dataset, inputs }, 0);
}

/** The target of an example: its class, or those of its steps; of a text what follows it; or the numbers to predict in their own unit. */
export function showTarget({ targets, classes, task, targetScaling }: Dataset, index: number): string {
  if (predictsClasses(task)) {
    const all = tokensOf(targets, index);
    return (task === "language_model" ? all.slice(-1) : all).map((k) => classes?.[k] ?? String(k)).join(" ");
  }
  const width = targets.dims[1];
  const values = Array.from({ length: width }, (_, column) => Number(targets.data[index * width + column]) * targetScaling.divisor[column] + targetScaling.offset[column]);
  if (task === "multi_label") return values.flatMap((value, label) => (value >= 0.5 ? [classes?.[label] ?? String(label)] : [])).join(", ") || "none";
  return values.map(shortNumber).join(", ");
}

/** The indices of one example, step by step. */
function tokensOf({ data, dims }: ConstantTensor, index: number): number[] {
  const size = data.length / dims[0];
  return Array.from({ length: size }, (_, step) => Number(data[index * size + step]));
}

function showImage({ inputs, scaling, rawStatistics }: Dataset, index: number): ShownExample {
  const [, depth, height, width] = inputs.dims;
  const channels = depth >= 3 ? 3 : 1;
  const isBytes = inputs.data instanceof Uint8Array;
  const { min, max } = isBytes || scaling.kind === "unit" ? { min: 0, max: 255 } : rawStatistics[0];
  const area = width * height;
  const pixels = new Uint8Array(area * channels);
  const start = index * depth * area;
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < area; i++) {
      const stored = Number(inputs.data[start + channel * area + i]);
      const raw = isBytes ? stored : stored * scaling.divisor[0] + scaling.offset[0];
      pixels[i * channels + channel] = Math.min(Math.max(Math.round((255 * (raw - min)) / (max - min || 1)), 0), 255);
    }
  }
  return { kind: "image", width, height, channels, pixels };
}

function showRow({ inputs, scaling, columns, reading }: Dataset, index: number): ShownExample {
  const width = inputs.dims[1];
  const raw = (column: number) => {
    const at = scaling.divisor.length === 1 ? 0 : column;
    return (Number(inputs.data[index * width + column]) * scaling.divisor[at]) + scaling.offset[at];
  };
  if (reading.inputColumns === null || columns === null) {
    return { kind: "row", columns: Array.from({ length: width }, (_, column) => String(column)), values: Array.from({ length: width }, (_, column) => shortNumber(raw(column))) };
  }
  let next = 0;
  const values = reading.inputColumns.map((name) => {
    if (!Object.hasOwn(reading.categories, name)) return shortNumber(raw(next++));
    const { kind, values: known } = reading.categories[name];
    if (kind === "index") return known[raw(next++)] ?? "";
    const first = next;
    next += known.length;
    return known.find((_, category) => raw(first + category) === 1) ?? "";
  });
  return { kind: "row", columns: reading.inputColumns, values };
}

/** Six significant digits: what float32 holds for certain. */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
