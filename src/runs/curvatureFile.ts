import path from "node:path";
import type { CurvatureFigures } from "../protocol/curvature.js";
import { appendLines } from "./jsonLinesFile.js";
import { runFiles } from "./runFolder.js";

/** Appends a measurement. Throws what the file system throws. */
export function appendCurvature(folder: string, figures: CurvatureFigures): void {
  appendLines(path.join(folder, runFiles.curvature), [figures]);
}
