/** Reads data beside those of the training file: to predict on, to pretrain on. */
import type { FittedScaling, ReadingRecipe } from "../engine/data/types.js";
import { moreFrom, readMore, type MoreData } from "../engine/data/readMore.js";
import { DescentError, toDescentError } from "../common/errors.js";
import type { Dataset } from "../engine/data/types.js";
import type { TrainingConfig } from "../engine/training/config.js";
import { findImages } from "./images/findImages.js";
import { decodeTask, readImages } from "./images/readImages.js";
import { readUserFile } from "./readFile.js";
import { resolveFiles } from "./resolveFiles.js";

/** Reads the files that `patterns` (files, globs, folders; relative to `folder`) name, in the way of the training data. */
export async function loadMore(recipe: ReadingRecipe, scaling: FittedScaling, patterns: readonly string[], folder: string): Promise<MoreData> {
  if (recipe.format === "images") return loadMoreImages(recipe, scaling, patterns, folder);
  const found = await resolveFiles(patterns, folder);
  return readMore(recipe, scaling, await Promise.all(found.map(({ file, name }) => readUserFile(file, name))));
}

/** The files of `training.pretrain.data`, read and scaled as the training data are; null where the file names none. Throws what `loadMore` throws, at that key. */
export async function loadUnlabelled({ training: { pretrain } }: TrainingConfig, { reading, scaling }: Dataset, folder: string): Promise<MoreData | null> {
  if (pretrain?.data == null) return null;
  try {
    return await loadMore(reading, scaling, pretrain.data, folder);
  } catch (thrown) {
    throw toDescentError(thrown).at({ path: "training.pretrain.data" });
  }
}

/** Images of the training images' size, or brought to it where these were. */
async function loadMoreImages(recipe: ReadingRecipe, scaling: FittedScaling, patterns: readonly string[], folder: string): Promise<MoreData> {
  const images = (await findImages(patterns, folder, "images")) ?? [];
  if (images.length === 0) throw new DescentError("files-none", `There are no JPEG or PNG images in ${patterns.join(", ")}.`);
  const [channels, height, width] = recipe.exampleShape;
  const pixels: Uint8Array[] = [];
  const like = { height, width, channels: channels === 1 ? 1 : 3 } as const;
  const write = async (image: Uint8Array): Promise<void> => { pixels.push(image); };
  await readImages(images, { resize: recipe.resizes === true ? [height, width] : null, onCorrupt: "error", like, decode: decodeTask, write, log: () => {}, progress: () => {} });
  const size = height * width * channels;
  const data = new Uint8Array(size * pixels.length);
  pixels.forEach((image, i) => data.set(image, i * size));
  const origin = { describe: (row: number) => ({ text: images[row].name, location: { file: images[row].file } }) };
  return moreFrom({ ...recipe, layout: "channels_last" }, scaling, { kind: "tensor", dims: [pixels.length, height, width, channels], data, origin }, images[0]);
}
