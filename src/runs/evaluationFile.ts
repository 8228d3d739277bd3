import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { confusionMatrixSchema, projectionSchema } from "../protocol/evaluation.js";
import { writeFileAtomic } from "./atomicFile.js";
import { runFiles } from "./runFolder.js";

const evaluationFileSchema = z.object({ confusion: z.array(confusionMatrixSchema), projection: projectionSchema.nullable() });

/** What the last evaluations showed beside scalars: one confusion matrix a split, and the last projection. */
export type LastEvaluation = z.infer<typeof evaluationFileSchema>;

/** Replaces what a run keeps of its last evaluations. Throws what the file system throws. */
export function writeEvaluation(folder: string, evaluation: LastEvaluation): void {
  writeFileAtomic(path.join(folder, runFiles.evaluation), JSON.stringify(evaluation));
}

/** What a run keeps of its last evaluations; nothing where there was none, or where the file is damaged. */
export async function readEvaluation(folder: string): Promise<LastEvaluation> {
  try {
    return evaluationFileSchema.parse(JSON.parse(await fs.promises.readFile(path.join(folder, runFiles.evaluation), "utf8")));
  } catch {
    return { confusion: [], projection: null };
  }
}
