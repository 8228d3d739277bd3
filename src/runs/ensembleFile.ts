import fs from "node:fs";
import path from "node:path";
import { ensembleFileSchema, type EnsembleEvaluationResult } from "../protocol/ensemble.js";
import { writeFileAtomic } from "./atomicFile.js";

const name = "ensemble.json";

/** Evaluations of an ensemble, one a split at most; none where there is no file, or a damaged one. */
export async function readEnsembleEvaluations(folder: string): Promise<EnsembleEvaluationResult[]> {
  try {
    return ensembleFileSchema.parse(JSON.parse(await fs.promises.readFile(path.join(folder, name), "utf8"))).splits;
  } catch {
    return [];
  }
}

/** Keeps an evaluation in the ensemble's folder, in place of the split's last one. Throws what the file system throws. */
export async function keepEnsembleEvaluation(folder: string, evaluation: EnsembleEvaluationResult): Promise<void> {
  const others = (await readEnsembleEvaluations(folder)).filter(({ split }) => split !== evaluation.split);
  writeFileAtomic(path.join(folder, name), JSON.stringify({ splits: [...others, evaluation] }));
}
