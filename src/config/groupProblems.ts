/** What is wrong with the sections that speak of more than one run, beyond what their schema says. */
import { locate, type SourceDocument } from "./document.js";
import type { Json } from "./edit/change.js";
import type { Overrides } from "./edit/overrides.js";
import type { EnsembleConfig, GroupConfig } from "./group.js";
import { appendSegment, parsePath } from "./path.js";
import type { FileProblem, ProblemCode } from "./problem.js";
import type { TrainingFile } from "./schema/trainingFile.js";

/** Schedules that a cycle of a snapshot ensemble is made of. */
const cycleSchedules: readonly string[] = ["constant", "cosine"];

/** Problems of `repeat` and `ensemble`. `problemsWith` checks the rest of the file with values put over it, for what members vary. */
export function groupProblems(source: SourceDocument, file: TrainingFile, { repeat, ensemble }: GroupConfig, problemsWith: (values: Overrides) => readonly FileProblem[]): FileProblem[] {
  const problem = (code: ProblemCode, path: string, message: string): FileProblem => ({ code, message, path, range: locate(source, parsePath(path) ?? []), fixes: [] });
  if (repeat?.kind === "folds" && file.data.validation !== undefined) return [problem("conflicting-keys", "repeat.folds", "repeat.folds takes the validation data from the training data, and data.validation names a file of their own: write one of them.")];
  if (ensemble === null) return [];
  if (repeat !== null) return [problem("conflicting-keys", "ensemble", "A file has repeat or ensemble: write one of them.")];
  if (ensemble.kind === "snapshot") return snapshotProblems(file, ensemble, problem);
  if (ensemble.vary.folds && file.data.validation !== undefined) return [problem("conflicting-keys", "ensemble.vary.folds", "ensemble.vary.folds takes the validation data from the training data, and data.validation names a file of their own: write one of them.")];
  const { seed, folds, values } = ensemble.vary;
  if (!seed && !folds && Object.keys(values).length === 0) return [problem("out-of-range", "ensemble.vary", "Nothing differs between the members: vary the seed, the folds or a value.")];
  return Object.entries(values).flatMap(([path, list]) => {
    const at = appendSegment("ensemble.vary", path);
    if (!Array.isArray(list) || list.length === 0) return [problem("wrong-type", at, `${at} must be a list of values that members take in turn, such as [1, 2].`)];
    return firstProblem(path, list, problemsWith).map((found) => problem(found.code, at, found.message));
  });
}

function firstProblem(path: string, values: readonly unknown[], problemsWith: (values: Overrides) => readonly FileProblem[]): readonly FileProblem[] {
  for (const value of values) {
    const [first] = problemsWith({ [path]: value as Json });
    if (first !== undefined) return [first];
  }
  return [];
}

function snapshotProblems(file: TrainingFile, { vary, members }: EnsembleConfig, problem: (code: ProblemCode, path: string, message: string) => FileProblem): FileProblem[] {
  const found: FileProblem[] = [];
  if (vary.folds || Object.keys(vary.values).length > 0) found.push(problem("conflicting-keys", "ensemble.vary", "Snapshots are stages of one training: only their seed can differ. Take kind: independent to vary folds or values."));
  if (!cycleSchedules.includes(file.schedule.kind)) found.push(problem("conflicting-keys", "schedule", `A snapshot ensemble lowers the rate along a cosine in every cycle: it takes no schedule ${file.schedule.kind}.`));
  const length = file.training.steps ?? file.training.epochs ?? 10;
  if (length < members) found.push(problem("out-of-range", "ensemble.members", `${members} cycles need as many ${file.training.steps === undefined ? "epochs" : "steps"}, and training has ${length}.`));
  if (Array.isArray(file.model) === false) found.push(problem("conflicting-keys", "ensemble.kind", "Snapshots go on from the weights before by the names of layers, which an imported model has none of: take kind: independent."));
  return found;
}
