/** Images of a source as examples of one size. */
import { readFile } from "node:fs/promises";
import { DescentError, toDescentError } from "../../common/errors.js";
import type { Table } from "../../engine/data/table.js";
import { fileError } from "../readFile.js";
import { readHead } from "../readHead.js";
import { decodeImage, imageHeader } from "./decodeImage.js";
import type { FoundImage } from "./findImages.js";
import { resizeImage, withChannels } from "./resizeImage.js";

/** One image to decode; plain data, so that a thread can be told. */
export interface ImageTask {
  readonly file: string;
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Whether an image of another size is brought to this one. */
  readonly resizes: boolean;
}

/** The shape of all examples, channels last. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

export interface ReadImagesOptions {
  /** [height, width] from the training file; null: all images have the size of the first. */
  readonly resize: readonly [number, number] | null;
  readonly onCorrupt: "error" | "skip";
  /** Of validation and test images, and of those to predict on: the training images' shape. */
  readonly like: ImageShape | null;
  readonly decode: (task: ImageTask) => Promise<Uint8Array>;
  /** Takes the pixels of the next example, row by row, channels last. */
  readonly write: (pixels: Uint8Array) => Promise<void>;
  readonly log: (level: "warning", text: string) => void;
  readonly progress: (text: string, fraction: number | null) => void;
}

/** Images that are decoded at the same time, so that every thread has work. */
const atOnce = 32;

/** What every image is decoded by: in the thread that calls. @throws DescentError `image-corrupt`, `image-format`, `image-unsupported`, `image-sizes`, `file-missing`, ... */
export async function decodeTask({ file, name, height, width, channels, resizes }: ImageTask): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((error: unknown) => { throw fileError(error, file, name); });
  const image = await decodeImage(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), file, name);
  if (!resizes && (image.height !== height || image.width !== width)) throw sizesDiffer(name, file, image, { height, width });
  return withChannels(resizeImage(image, height, width), channels);
}

function sizesDiffer(name: string, file: string, found: { readonly height: number; readonly width: number }, wanted: { readonly height: number; readonly width: number }): DescentError {
  return new DescentError("image-sizes", `${name} is ${found.height} x ${found.width} pixels (height x width), the first image ${wanted.height} x ${wanted.width}: say resize: [${wanted.height}, ${wanted.width}] in data.`, { file });
}

/**
 * Looks at every header, then decodes every image. Images are grey where all are, else red, green and blue. Broken ones are an error that names the first,
 * or are left out and told. @returns the shape, and the labels of the images that were read (null where the folders say none)
 */
export async function readImages(images: readonly FoundImage[], options: ReadImagesOptions): Promise<{ readonly shape: ImageShape; readonly labels: Table | null; readonly count: number }> {
  const broken: string[] = [];
  const passOver = (error: unknown, name: string): void => {
    const { code } = toDescentError(error);
    if (options.onCorrupt === "error" || (code !== "image-corrupt" && code !== "image-format" && code !== "file-empty")) throw error;
    broken.push(name);
  };
  const { whole, shape } = await lookAtHeaders(images, options, passOver);
  const read: FoundImage[] = [];
  for (let start = 0; start < whole.length; start += atOnce) {
    const group = whole.slice(start, start + atOnce);
    const decoded = await Promise.allSettled(group.map(({ file, name }) => options.decode({ file, name, ...shape, resizes: options.resize !== null })));
    for (const [i, result] of decoded.entries()) {
      if (result.status === "rejected") passOver(result.reason, group[i].name);
      else {
        await options.write(result.value);
        read.push(group[i]);
      }
    }
    options.progress("decoding images", start / whole.length);
  }
  if (broken.length > 0) options.log("warning", `${broken.length} broken ${broken.length === 1 ? "image was" : "images were"} left out: ${broken.slice(0, 5).join(", ")}${broken.length > 5 ? ", ..." : ""}.`);
  if (read.length === 0) throw new DescentError("files-none", "No image is left: all are broken.", { file: images[0]?.file });
  return { shape, labels: labelsOf(read), count: read.length };
}

/** The shape of all examples, and the images whose headers can be read. */
async function lookAtHeaders(images: readonly FoundImage[], { resize, like, progress }: ReadImagesOptions, passOver: (error: unknown, name: string) => void): Promise<{ readonly whole: readonly FoundImage[]; readonly shape: ImageShape }> {
  const whole: FoundImage[] = [];
  let size: { readonly height: number; readonly width: number } | null = like ?? (resize === null ? null : { height: resize[0], width: resize[1] });
  let colour: FoundImage | null = null;
  for (const [i, image] of images.entries()) {
    const { file, name } = image;
    try {
      const header = await headerOf(image);
      size ??= header;
      if (resize === null && (header.height !== size.height || header.width !== size.width)) throw sizesDiffer(name, file, header, size);
      if (!header.isGrey) colour ??= image;
      whole.push(image);
    } catch (error) {
      passOver(error, name);
    }
    if (i % 500 === 499) progress("looking at the images", i / images.length);
  }
  if (size === null) throw new DescentError("files-none", "There is no image that can be read.", { file: images[0]?.file });
  if (like?.channels === 1 && colour !== null) throw new DescentError("shapes-differ", `${colour.name} has colours, and the training images are grey.`, { file: colour.file });
  return { whole, shape: { height: size.height, width: size.width, channels: like?.channels ?? (colour === null ? 1 : 3) } };
}

/** Headers are near the beginning; a JPEG with a long description before it is read whole. */
async function headerOf({ file, name }: FoundImage): Promise<{ readonly height: number; readonly width: number; readonly isGrey: boolean }> {
  const { bytes, whole } = await readHead(file, 65_536);
  if (bytes.length === 0) throw new DescentError("file-empty", `${name} is empty.`, { file });
  const plain = (buffer: Uint8Array): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  try {
    return imageHeader(plain(bytes), file, name);
  } catch (error) {
    if (whole) throw error;
    return imageHeader(plain(await readFile(file)), file, name);
  }
}

/** Folder names as a column of labels; null where no folder says a class. */
function labelsOf(images: readonly FoundImage[]): Table | null {
  if (images.every(({ label }) => label === null)) return null;
  return {
    kind: "table", rows: images.length,
    columns: [{ name: "label", numbers: new Float64Array(images.length).fill(Number.NaN), texts: images.map(({ label }) => label ?? undefined) }],
    origin: { describe: (row) => ({ text: images[row].name, location: { file: images[row].file } }) },
  };
}
