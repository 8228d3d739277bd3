import path from "node:path";
import { findingSchema, type Finding } from "../protocol/finding.js";
import { appendLines, readLines } from "./jsonLinesFile.js";
import { runFiles } from "./runFolder.js";

/** Appends findings in one write, each a line. A line torn by a crash before is closed first. */
export function appendFindings(folder: string, findings: readonly Finding[]): void {
  appendLines(path.join(folder, runFiles.findings), findings);
}

/** The findings of a run in order; lines that are torn or no findings are skipped, a missing file is no findings. */
export function readFindings(folder: string): Promise<Finding[]> {
  return readLines(path.join(folder, runFiles.findings), findingSchema);
}
