/** Reads data to predict on. */
import type { FittedScaling, ReadingRecipe } from "../engine/data/types.js";
import { readMore, type MoreData } from "../engine/data/readMore.js";
import { readUserFile } from "./readFile.js";
import { resolveFiles } from "./resolveFiles.js";

/** Reads the files that `patterns` (files, globs, folders; relative to `folder`) name, in the way of the training data. */
export async function loadMore(recipe: ReadingRecipe, scaling: FittedScaling, patterns: readonly string[], folder: string): Promise<MoreData> {
  const found = await resolveFiles(patterns, folder);
  return readMore(recipe, scaling, await Promise.all(found.map(({ file, name }) => readUserFile(file, name))));
}
