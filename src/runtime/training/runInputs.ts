import fs from "node:fs";
import path from "node:path";
import { encodeModel } from "../../engine/onnx/encode.js";
import { writeFileAtomic } from "../../runs/atomicFile.js";
import { runFiles } from "../../runs/runFolder.js";
import { writeDataDescription } from "../../runs/dataFile.js";
import { writeError } from "./recorder.js";
import type { Prepared } from "./prepare.js";

/** The stored copy's name: the training file's own. */
export function storedFileName(trainingFile: string): string {
  return path.basename(trainingFile);
}

/** Stores what a run is made from beside it: the training file as it is now, how its data was read, and the imported model, if any. Throws `disk-full` or `run-folder-unwritable`. */
export function writeRunInputs(folder: string, { source, dataset, config }: Prepared): void {
  try {
    fs.writeFileSync(path.join(folder, storedFileName(source.file)), source.text);
    writeDataDescription(folder, dataset);
    const copy = path.join(folder, runFiles.importedModel);
    if (config.modelFiles?.imported != null && !fs.existsSync(copy)) writeFileAtomic(copy, encodeModel(config.modelFiles.imported));
  } catch (thrown) {
    throw writeError(thrown, folder);
  }
}
