/** The meaning of a tensor's axes. */
import type { DataConfig } from "../training/config.js";
import type { RawNumbers, RawTensor } from "./table.js";
import type { InputKind, ReadingRecipe } from "./types.js";

/** How examples of a tensor are laid out. `exampleShape` is what the model sees: channels first, or the width of a row. */
export interface ExampleLayout {
  readonly inputKind: InputKind;
  readonly layout: ReadingRecipe["layout"];
  readonly exampleShape: readonly number[];
}

/**
 * [n] and [n, features] are rows; [n, H, W] are images of one channel. With one axis more, the channels are the axis of size 1, 3 or 4,
 * the last before the first; where there is none the tensor is [n, ...] of one channel. `layout` in the file decides over that.
 */
export function exampleLayout(dims: readonly number[], layout: DataConfig["layout"]): ExampleLayout {
  const example = dims.slice(1);
  if (example.length === 0) return { inputKind: "row", layout: "none", exampleShape: [1] };
  if (example.length === 1) return { inputKind: "row", layout: "none", exampleShape: example };
  if (example.length === 2) return { inputKind: "image", layout: "none", exampleShape: [1, ...example] };
  const isChannels = (size: number) => size === 1 || size === 3 || size === 4;
  const last = example[example.length - 1];
  const decided = layout !== "auto" ? layout : isChannels(last) ? "channels_last" : isChannels(example[0]) ? "channels_first" : "none";
  if (decided === "channels_last") return { inputKind: "image", layout: decided, exampleShape: [last, ...example.slice(0, -1)] };
  return { inputKind: "image", layout: decided, exampleShape: decided === "channels_first" ? example : [1, ...example] };
}

/** Elements with channels first; the tensor's own array where nothing has to move. */
export function channelsFirst(tensor: RawTensor, layout: ReadingRecipe["layout"]): RawNumbers {
  const channels = tensor.dims[tensor.dims.length - 1];
  if (layout !== "channels_last" || channels === 1) return tensor.data;
  const pixels = tensor.dims.slice(1, -1).reduce((product, dim) => product * dim, 1);
  const moved = tensor.data.slice();
  for (let example = 0; example < tensor.dims[0]; example++) {
    const start = example * pixels * channels;
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let channel = 0; channel < channels; channel++) moved[start + channel * pixels + pixel] = tensor.data[start + pixel * channels + channel];
    }
  }
  return moved;
}
