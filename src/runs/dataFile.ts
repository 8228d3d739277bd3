import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../common/errors.js";
import type { Dataset } from "../engine/data/types.js";
import { writeFileAtomic } from "./atomicFile.js";
import { runFiles } from "./runFolder.js";

/** How a run's data was read and scaled: what prediction on further data needs. */
export type DataDescription = Pick<Dataset, "task" | "inputKind" | "classes" | "columns" | "targetColumns" | "scaling" | "targetScaling" | "reading">;

/** Stores how the data was read. Throws what the file system throws. */
export function writeDataDescription(folder: string, dataset: Dataset): void {
  const { task, inputKind, classes, columns, targetColumns, scaling, targetScaling, reading } = dataset;
  const description: DataDescription = { task, inputKind, classes, columns, targetColumns, scaling, targetScaling, reading };
  writeFileAtomic(path.join(folder, runFiles.data), JSON.stringify(description));
}

/** What `writeDataDescription` stored. Throws `run-unreadable`. */
export async function readDataDescription(folder: string): Promise<DataDescription> {
  const file = path.join(folder, runFiles.data);
  try {
    return JSON.parse(await fs.promises.readFile(file, "utf8")) as DataDescription;
  } catch (thrown) {
    throw new DescentError("run-unreadable", `${file}, which says how the run's data was read, cannot be read.`, { file }, { cause: thrown });
  }
}
