import fs from "node:fs";
import path from "node:path";
import { findingSchema, type Finding } from "../protocol/finding.js";
import { runFiles } from "./runFolder.js";

/** Appends findings in one write, each a line. A line torn by a crash before is closed first. */
export function appendFindings(folder: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const file = path.join(folder, runFiles.findings);
  const lines = findings.map((finding) => JSON.stringify(finding) + "\n").join("");
  fs.appendFileSync(file, endsTorn(file) ? `\n${lines}` : lines);
}

/** The findings of a run in order; lines that are torn or no findings are skipped, a missing file is no findings. */
export async function readFindings(folder: string): Promise<Finding[]> {
  let text: string;
  try {
    text = await fs.promises.readFile(path.join(folder, runFiles.findings), "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap(parseLine);
}

function parseLine(line: string): Finding[] {
  if (line.trim() === "") return [];
  try {
    const checked = findingSchema.safeParse(JSON.parse(line));
    return checked.success ? [checked.data] : [];
  } catch {
    return [];
  }
}

function endsTorn(file: string): boolean {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, "r");
  } catch {
    return false;
  }
  try {
    const { size } = fs.fstatSync(descriptor);
    if (size === 0) return false;
    const last = Buffer.alloc(1);
    fs.readSync(descriptor, last, 0, 1, size - 1);
    return last[0] !== 0x0a;
  } finally {
    fs.closeSync(descriptor);
  }
}
