import fs from "node:fs";
import path from "node:path";
import { writeDataDescription } from "../../runs/dataFile.js";
import { writeError } from "./recorder.js";
import type { Prepared } from "./prepare.js";

/** The stored copy's name: the training file's own. */
export function storedFileName(trainingFile: string): string {
  return path.basename(trainingFile);
}

/** Stores what a run is made from beside it: the training file as it is now, and how its data was read. Throws `disk-full` or `run-folder-unwritable`. */
export function writeRunInputs(folder: string, { source, dataset }: Prepared): void {
  try {
    fs.writeFileSync(path.join(folder, storedFileName(source.file)), source.text);
    writeDataDescription(folder, dataset);
  } catch (thrown) {
    throw writeError(thrown, folder);
  }
}
