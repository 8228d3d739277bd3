import path from "node:path";
import { curvatureSchema, type CurvatureFigures } from "../protocol/curvature.js";
import { appendLines, readLines } from "./jsonLinesFile.js";
import { runFiles } from "./runFolder.js";

/** Appends a measurement. Throws what the file system throws. */
export function appendCurvature(folder: string, figures: CurvatureFigures): void {
  appendLines(path.join(folder, runFiles.curvature), [figures]);
}

/** The measurements of a run, in the order in which they were made. */
export function readCurvature(folder: string): Promise<CurvatureFigures[]> {
  return readLines(path.join(folder, runFiles.curvature), curvatureSchema);
}
