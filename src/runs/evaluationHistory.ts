/** Every evaluation's confusion matrix and every layout of a run, in order: what the panel's sliders go through. */
import path from "node:path";
import { confusionMatrixSchema, projectionSchema, type ConfusionMatrix, type Projection } from "../protocol/evaluation.js";
import { appendLines, readLines } from "./jsonLinesFile.js";
import { runFiles } from "./runFolder.js";

/** Appends matrices, each a line. Throws what the file system throws. */
export function appendEvaluations(folder: string, matrices: readonly ConfusionMatrix[]): void {
  appendLines(path.join(folder, runFiles.evaluations), matrices);
}

/** The matrices of a run, steps rising within a split: a resumed run went back, and what it gave up is left out. */
export async function readEvaluations(folder: string): Promise<ConfusionMatrix[]> {
  return withoutGivenUp(await readLines(path.join(folder, runFiles.evaluations), confusionMatrixSchema), ({ split }) => split);
}

/** Appends layouts that have formed, each a line. Throws what the file system throws. */
export function appendProjections(folder: string, projections: readonly Projection[]): void {
  appendLines(path.join(folder, runFiles.projections), projections);
}

/** The layouts of a run, steps rising within a layer and method. */
export async function readProjections(folder: string): Promise<Projection[]> {
  return withoutGivenUp(await readLines(path.join(folder, runFiles.projections), projectionSchema), ({ of, method }) => `${method} ${of}`);
}

/** What was appended later at the same or an earlier step stands in the place of what was there. */
function withoutGivenUp<T extends { readonly step: number }>(entries: readonly T[], groupOf: (entry: T) => string): T[] {
  const earliest = new Map<string, number>();
  const kept: T[] = [];
  for (const entry of entries.toReversed()) {
    const group = groupOf(entry);
    if (entry.step >= (earliest.get(group) ?? Infinity)) continue;
    earliest.set(group, entry.step);
    kept.push(entry);
  }
  return kept.toReversed();
}
