/** A data set of images: in memory where they fit, else as rows of pixels on the disk. */
import { DescentError } from "../../common/errors.js";
import { buildDataset, checkNoTarget } from "../../engine/data/buildDataset.js";
import type { RawSource } from "../../engine/data/table.js";
import type { DatasetConfig } from "../../engine/data/task.js";
import type { Dataset } from "../../engine/data/types.js";
import type { SourcePart } from "../../engine/data/formats/namedTensors.js";
import { mostInMemory } from "../stream/decide.js";
import { streamParts, type StreamOptions } from "../stream/streamDataset.js";
import type { TensorPart } from "../stream/tensorParts.js";
import type { FoundImage } from "./findImages.js";
import { readImages, type ImageShape, type ImageTask } from "./readImages.js";

/** The images of a source, and a file of labels of their own where there is one. */
export interface ImageSource {
  readonly part: SourcePart;
  readonly images: readonly FoundImage[];
  readonly labels: RawSource["labels"];
}

/** Decodes images, in threads of their own where there are such. Its owner disposes it. */
export interface ImageDecoder {
  decode(task: ImageTask): Promise<Uint8Array>;
  dispose(): Promise<void>;
}

export interface LoadImagesOptions extends StreamOptions {
  readonly decode: (task: ImageTask) => Promise<Uint8Array>;
  readonly log: (level: "debug" | "info" | "warning", text: string) => void;
}

/** @throws DescentError `image-corrupt`, `image-sizes`, `image-format`, `image-unsupported`, `labels-missing`, and what building a data set throws */
export async function loadImages(config: DatasetConfig, sources: readonly ImageSource[], options: LoadImagesOptions): Promise<Dataset> {
  const { data } = config;
  // channels are last in what is decoded, whatever else the file says
  const laidOut: DatasetConfig = { ...config, data: { ...data, layout: "channels_last" } };
  const own = { validation: sources.some(({ part }) => part === "validation"), test: sources.some(({ part }) => part === "test") };
  const counts: Record<SourcePart, number> = { train: 0, validation: 0, test: 0 };
  const parts: TensorPart[] = [];
  const raw: Partial<Record<SourcePart, RawSource>> = {};
  const labels: RawSource["labels"][] = [];
  let shape: ImageShape | null = null;
  let streams: boolean | null = data.stream === "auto" ? null : data.stream;
  for (const { part, images: all, labels: told } of sources) {
    const images = part === "train" && data.limit !== null ? all.slice(0, data.limit) : all;
    const pixels: Uint8Array[] = [];
    let held = 0;
    const scratch = streams === true ? await options.scratch.create(0) : null;
    const write = async (image: Uint8Array): Promise<void> => {
      streams ??= image.length * images.length > mostInMemory;
      if (scratch !== null) return scratch.write(image);
      pixels.push(image);
      held += image.length;
      if (held > 2 * mostInMemory) throw new DescentError("images-too-large", "The validation or test images do not fit in memory while the training images do: say stream: true.", { path: `data.${part}` });
    };
    // whether they fit is known once the first is decoded; then, if need be, from the beginning into a file
    const like: ImageShape | null = shape;
    const found: Awaited<ReturnType<typeof readImages>> | null = await readImages(images, { resize: data.resize, onCorrupt: data.onCorrupt, like, decode: options.decode, log: options.log, progress: options.progress, write: streams === null ? tooLargeAtOnce(images.length, write) : write }).catch((error: unknown) => {
      if (error === begins) return null;
      throw error;
    });
    if (found === null) return loadImages({ ...config, data: { ...data, stream: true } }, sources, options);
    streams ??= false;
    const { height, width, channels } = found.shape;
    shape = found.shape;
    counts[part] = found.count;
    const ofPart = told ?? found.labels;
    if (scratch !== null) {
      await scratch.close();
      parts.push({ file: scratch.file, name: "the decoded images", offset: 0, dims: [found.count, height, width, channels], element: "uint8", littleEndian: true });
      labels.push(ofPart);
    } else raw[part] = { inputs: { kind: "tensor", dims: [found.count, height, width, channels], data: joined(pixels), origin: { describe: (row) => ({ text: images[row]?.name ?? `image ${row}`, location: { file: images[row]?.file } }) } }, labels: ofPart };
  }
  if (parts.length === 0) return buildDataset(laidOut, { train: raw.train!, validation: raw.validation ?? null, test: raw.test ?? null }, "images");
  if (data.task === "autoencoder") checkNoTarget(config);
  else if (labels.some((one) => one === null)) throw new DescentError("labels-missing", "These images lie in one folder, which says no classes: put them into a folder a class, or name a file in data.labels.", { path: "data.labels" });
  return streamParts(laidOut, { parts, labels, counts, format: "images" }, own, options);
}

/** Thrown to begin again: the images turned out not to fit in memory. */
const begins = new Error("begin again");

function tooLargeAtOnce(count: number, write: (image: Uint8Array) => Promise<void>): (image: Uint8Array) => Promise<void> {
  return (image) => {
    if (image.length * count > mostInMemory) throw begins;
    return write(image);
  };
}

function joined(images: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(images.reduce((sum, image) => sum + image.length, 0));
  let at = 0;
  for (const image of images) {
    all.set(image, at);
    at += image.length;
  }
  return all;
}
