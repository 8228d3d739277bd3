import { DescentError, type TextRange } from "../common/errors.js";
import { writtenNames } from "../engine/layers/listLayers.js";
import { modelInputs } from "../engine/layers/outline.js";
import type { TrainingConfig } from "../engine/training/config.js";
import { checkDocument } from "./check.js";
import { locate, readDocument, type SourceDocument } from "./document.js";
import { type Overrides, override } from "./edit/overrides.js";
import { parsePath } from "./path.js";
import { type GroupConfig, groupConfig } from "./group.js";
import { groupProblems } from "./groupProblems.js";
import type { FileProblem } from "./problem.js";
import type { ChosenEntry } from "./schema/marks.js";
import { type TrainingFile, trainingFileSchema } from "./schema/trainingFile.js";
import { readSearch, type SearchPlan } from "./search/readSearch.js";
import { toConfig } from "./toConfig.js";

/** A training file, read. */
export interface ParsedFile {
  /** As given: a path or a name, for messages. */
  readonly file: string;
  readonly text: string;
  /** What to train; null where there is any problem. */
  readonly config: TrainingConfig | null;
  /** What the file says of more than one run; null where there is any problem. */
  readonly group: GroupConfig | null;
  /** The search that the file describes; null where it has none, or there is any problem. */
  readonly search: SearchPlan | null;
  /** What keeps the file from being run, in the order of the file. */
  readonly problems: readonly FileProblem[];
  /** The text that a path names (`optimizer.adam.lr`), or its nearest parent's where the file lacks it. */
  readonly locate: (path: string) => TextRange;
  readonly source: SourceDocument;
}

export interface ParseOptions {
  /** Path or name, for messages; `.json` is read as JSON. */
  readonly file: string;
  /** Values by path, put over the file's own. */
  readonly overrides?: Overrides;
  /** Whether `search:` is read, which tries its values on the file; a run of the file has no use for it. Default: true. */
  readonly search?: boolean;
}

/** Reads the text of a training file. Never throws; what is wrong is in `problems`. */
export function parseTrainingFile(text: string, options: ParseOptions): ParsedFile {
  const source = readDocument(text, options.file);
  const { config, group, search, problems } = configOf(source, text, options);
  return { file: options.file, text, config, group, search, problems, locate: (path) => locate(source, parsePath(path) ?? []), source };
}

interface Checked {
  readonly config: TrainingConfig | null;
  readonly group: GroupConfig | null;
  readonly search: SearchPlan | null;
  readonly problems: readonly FileProblem[];
}

function configOf(source: SourceDocument, text: string, { file, overrides = {}, search: readsSearch = true }: ParseOptions): Checked {
  const { value, problems } = checkedValue(source, overrides);
  if (value === null) return { config: null, group: null, search: null, problems };
  const group = groupConfig(value);
  // a value that a member takes is checked as the file's own would be
  const problemsWith = (values: Overrides): readonly FileProblem[] => checkedValue(readDocument(text, file), { ...overrides, ...values }).problems;
  const { search, problems: searched } = readsSearch ? readSearch(source, value) : { search: null, problems: [] };
  const found = inOrder([...groupProblems(source, value, group, problemsWith), ...searched]);
  return found.length > 0 ? { config: null, group: null, search: null, problems: found } : { config: toConfig(value), group, search, problems: [] };
}

/** The file's value by its schema, with values put over it; null where there is any problem. */
function checkedValue(source: SourceDocument, overrides: Overrides): { readonly value: TrainingFile | null; readonly problems: readonly FileProblem[] } {
  const refused = (problems: readonly FileProblem[]) => ({ value: null, problems: inOrder(problems) });
  if (source.problems.length > 0) return refused(source.problems);
  if (source.yaml.contents === null) return refused([{ code: "empty-file", message: "The file is empty. It needs data: and model:.", path: "", range: source.range(0, 0), fixes: [] }]);
  try {
    override(source, overrides);
  } catch (error) {
    if (!(error instanceof DescentError)) throw error;
    const { message, location } = error;
    return refused([{ code: "wrong-path", message, path: location.path ?? "", range: source.range(0, 0), fixes: [] }]);
  }
  const { value, problems } = checkDocument(source, trainingFileSchema);
  const found = value === null ? problems : sharedNames(source, value as TrainingFile);
  return found.length > 0 || value === null ? refused(found) : { value: value as TrainingFile, problems: [] };
}

function inOrder(problems: readonly FileProblem[]): FileProblem[] {
  return [...problems].sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.column - b.range.start.column);
}

/** Layers that have the name of another one, or of the data: charts, groups and checkpoints could not tell them apart. */
function sharedNames(source: SourceDocument, { model }: TrainingFile): FileProblem[] {
  const seen = new Map([[modelInputs, "What the model reads"]]);
  const listed = Array.isArray(model) ? model : ((model as { readonly head?: unknown }).head ?? []);
  return writtenNames(listed as readonly ChosenEntry[]).flatMap(({ name, path }) => {
    const first = seen.get(name);
    seen.set(name, first ?? path);
    if (first === undefined) return [];
    return [{ code: "duplicate-name" as const, message: `${first} is called ${name} already: each layer needs a name of its own.`, path, range: locate(source, parsePath(path) ?? []), fixes: [] }];
  });
}
