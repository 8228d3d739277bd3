/** Reads data beside those of the training file: to predict on, to pretrain on. */
import type { FittedScaling, ReadingRecipe } from "../engine/data/types.js";
import { readMore, type MoreData } from "../engine/data/readMore.js";
import { toDescentError } from "../common/errors.js";
import type { Dataset } from "../engine/data/types.js";
import type { TrainingConfig } from "../engine/training/config.js";
import { readUserFile } from "./readFile.js";
import { resolveFiles } from "./resolveFiles.js";

/** Reads the files that `patterns` (files, globs, folders; relative to `folder`) name, in the way of the training data. */
export async function loadMore(recipe: ReadingRecipe, scaling: FittedScaling, patterns: readonly string[], folder: string): Promise<MoreData> {
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
