/** `search:` of a checked file, and what can be wrong with it beyond its form: paths that lead nowhere, values the file does not take, ranges that hold nothing. */
import type { Document } from "yaml";
import { DescentError } from "../../common/errors.js";
import { checkDocument } from "../check.js";
import { locate, type SourceDocument } from "../document.js";
import type { Json } from "../edit/change.js";
import { override } from "../edit/overrides.js";
import { appendSegment, parsePath } from "../path.js";
import type { FileProblem, ProblemCode } from "../problem.js";
import type { ChosenEntry } from "../schema/marks.js";
import { type TrainingFile, trainingFileSchema } from "../schema/trainingFile.js";
import { suggestName } from "../suggest.js";
import { overridesOf, readSpace, type SearchedSetting, type Space } from "./space.js";

/** A search that the file describes. */
export interface SearchPlan {
  readonly strategy: "random" | "grid" | "halving";
  readonly trials: number;
  readonly metric: string;
  readonly space: Space;
  readonly parallel: number | "auto";
  readonly stopEarly: boolean;
  readonly leastEpochs: number;
  readonly factor: number;
  /** Times that the winner is trained again from another seed. */
  readonly confirm: number;
  readonly seed: number;
}

/** Most values of one setting that are tried on the file one by one; of longer lists the first. */
const mostTried = 40;
/** What belongs to the search itself or to where it runs. */
const notSearched = ["search", "repeat", "ensemble", "cluster", "device", "threads"];

/** The search of a file that is otherwise sound; null where it has none or where that has problems. */
export function readSearch(source: SourceDocument, file: TrainingFile): { readonly search: SearchPlan | null; readonly problems: readonly FileProblem[] } {
  const section = file.search;
  if (section === undefined) return { search: null, problems: [] };
  const space = readSpace(section.space);
  const problems = [...metricProblems(source, file), ...spaceProblems(source, file, space)];
  if (problems.length > 0) return { search: null, problems };
  const { strategy, trials, metric, parallel, stop_early: stopEarly, least_epochs: leastEpochs, factor, confirm, seed = file.seed } = section;
  return { search: { strategy, trials, metric, space, parallel, stopEarly, leastEpochs, factor, confirm, seed }, problems };
}

function problemAt(source: SourceDocument, code: ProblemCode, message: string, path: string): FileProblem {
  return { code, message, path, range: locate(source, parsePath(path) ?? []), fixes: [] };
}

/** Where a setting stands in the file. */
function placeOf(setting: Pick<SearchedSetting, "key" | "within">): string {
  return appendSegment("search.space", setting.key);
}

/** Names that the file measures; null where that depends on its data. */
function measuredNames({ metrics }: TrainingFile): readonly string[] | null {
  const names = metrics?.flatMap((entry) => (typeof entry === "string" ? [entry] : entry.top_k_accuracy === undefined ? [] : ["top_k_accuracy"])) ?? [];
  return names.length === 0 ? null : ["loss", ...names];
}

const knownNames = ["loss", "loss_with_penalty", "accuracy", "top_k_accuracy", "precision", "recall", "f1", "roc_auc", "mae", "rmse", "r2", "perplexity"];

function metricProblems(source: SourceDocument, file: TrainingFile): FileProblem[] {
  const [split, name] = (file.search as NonNullable<TrainingFile["search"]>).metric.split("/");
  const measured = measuredNames(file);
  if (split === "train" && name !== "loss" && name !== "accuracy") return [problemAt(source, "unknown-metric", `${name} is not measured on the training split; write validation/${name}.`, "search.metric")];
  if ((measured ?? knownNames).includes(name)) return [];
  const nearest = suggestName(name, measured ?? knownNames);
  const words = nearest !== null ? `Did you mean ${split}/${nearest}?` : `There are ${(measured ?? knownNames).map((known) => `${split}/${known}`).join(", ")}.`;
  const known = measured !== null && knownNames.includes(name);
  return [problemAt(source, "unknown-metric", known ? `${name} is not among this file's metrics: add it to metrics, or search by ${split}/loss.` : `There is no metric ${name}. ${words}`, "search.metric")];
}

function spaceProblems(source: SourceDocument, file: TrainingFile, space: Space): FileProblem[] {
  if (space.length === 0) return [problemAt(source, "empty-range", "search.space has no setting: name one, such as optimizer.adam.lr: { log_uniform: [1e-5, 1e-1] }.", "search.space")];
  const own = space.flatMap((setting) => [...rangeProblems(source, setting), ...pathProblems(source, file, setting)]);
  return own.length > 0 ? own : [...rivals(source, space), ...valueProblems(source, space)];
}

function rangeProblems(source: SourceDocument, setting: SearchedSetting): FileProblem[] {
  const { range, path } = setting;
  const place = placeOf(setting);
  if (range.kind === "choice") {
    const twice = range.labels.find((label, i) => range.labels.indexOf(label) !== i);
    return twice === undefined ? [] : [problemAt(source, "out-of-range", `${path}: ${twice} is in the list twice.`, place)];
  }
  const { kind, low, high } = range;
  if (Number.isNaN(low)) return [problemAt(source, "empty-range", `${path} has no range: write a list of values, or one of uniform, log_uniform, integer, log_integer with its two ends.`, place)];
  if (!(low < high)) return [problemAt(source, "empty-range", low === high ? `${path}: ${kind} from ${low} to ${high} is a single value: write two different ends, or take it out of the search.` : `${path}: ${kind} is from the smaller to the larger end: [${high}, ${low}].`, place)];
  if (kind.startsWith("log_") && low <= 0) return [problemAt(source, "log-of-zero", `${path}: ${kind} needs ends above 0, and ${low} has no logarithm. Begin at a small number such as ${kind === "log_integer" ? 1 : high > 1e-6 ? "1e-6" : high / 1000}, or use ${kind.slice(4)}.`, place)];
  if (kind.endsWith("integer") && !(Number.isInteger(low) && Number.isInteger(high))) return [problemAt(source, "wrong-type", `${path}: ${kind} needs whole numbers as ends.`, place)];
  return [];
}

/** Paths that `--set` would take, yet that are no setting to search: what is the search's own, layers that the model lacks. */
function pathProblems(source: SourceDocument, file: TrainingFile, setting: SearchedSetting): FileProblem[] {
  if (setting.within.length > 0) return [];
  const { path } = setting;
  const segments = parsePath(path);
  const place = placeOf(setting);
  if (segments === null || segments.length === 0) return [problemAt(source, "wrong-path", `${path} is no path into this file; a path looks like optimizer.adam.lr or model[2].dense.units.`, place)];
  const [section, index, kind] = segments;
  if (notSearched.includes(String(section))) return [problemAt(source, "wrong-path", `${section} cannot be searched.`, place)];
  if (section !== "model" || typeof index !== "number" || !Array.isArray(file.model)) return [];
  const layers = file.model as unknown as readonly ChosenEntry[];
  if (index >= layers.length) return [problemAt(source, "wrong-path", `The model has ${layers.length} layers, counted from 0: there is no model[${index}].`, place)];
  if (typeof kind !== "string" || kind === "name" || layers[index].kind === kind) return [];
  const near = layers.map((layer, i) => ({ kind: layer.kind, i })).filter((layer) => layer.kind === kind).sort((a, b) => Math.abs(a.i - index) - Math.abs(b.i - index)).at(0);
  const rest = path.slice(`model[${index}].${kind}`.length);
  return [problemAt(source, "wrong-path", `model[${index}] is ${layers[index].kind}, not ${kind}.${near === undefined ? "" : ` Did you mean model[${near.i}].${kind}${rest}?`}`, place)];
}

/** Two settings of which each trial could keep only one: the same place twice, or kinds that take each other's place. */
function rivals(source: SourceDocument, space: Space): FileProblem[] {
  const top = space.filter(({ within }) => within.length === 0);
  return top.flatMap((setting, i) => {
    const [section, kind] = parsePath(setting.path) as (string | number)[];
    const other = top.slice(0, i).find((earlier) => {
      const [theirs, otherKind] = parsePath(earlier.path) as (string | number)[];
      const chosen = section === theirs && ["optimizer", "schedule", "loss"].includes(String(section)) && kind !== undefined && otherKind !== undefined && kind !== otherKind;
      const both = setting.when !== null && earlier.when !== null;
      return (chosen && !both) || earlier.path === setting.path;
    });
    return other === undefined ? [] : [problemAt(source, "conflicting-keys", `${setting.path} and ${other.path} exclude each other: search the ${section} itself, ${section}: [${kind}: { ... }, ...], with the settings of each within it.`, placeOf(setting))];
  });
}

/** Shares of a range at which it is tried on the file: its ends, and a number between them that a setting of whole numbers does not take. */
const shares = [0, 1, 0.381966];

/** Tries the values on the file: each option, the ends of each range and a number between them. */
function valueProblems(source: SourceDocument, space: Space): FileProblem[] {
  const roots = space.filter(({ within }) => within.length === 0);
  return roots.flatMap((root) => {
    const family = space.filter((setting) => setting.key === root.key);
    const parents = space.filter((setting) => setting.path === root.when?.path);
    const options = root.range.kind === "choice" ? root.range.labels.slice(0, mostTried) : shares.map((_, i) => triedValue(root, i));
    for (const [nth, option] of options.entries()) {
      for (const i of shares.keys()) {
        const settings: Record<string, string | number> = { ...(root.when === null ? {} : { [root.when.path]: root.when.label }), [root.path]: option };
        for (const setting of family) settings[setting.path] ??= triedValue(setting, i);
        const [problem] = problemsWith(source, overridesOf([...parents, ...family], settings));
        const isBetween = root.range.kind === "choice" ? i === 2 : nth === 2;
        if (problem !== undefined) return [{ ...problem, message: problem.message + (isBetween ? " For whole numbers there are integer and log_integer." : ""), path: placeOf(root), range: locate(source, parsePath(placeOf(root)) ?? []), fixes: [] }];
        if (family.length === 1) break;
      }
    }
    return [];
  });
}

/** The value of a setting that is tried with the nth of `shares`. */
function triedValue({ range }: SearchedSetting, nth: number): string | number {
  if (range.kind === "choice") return range.labels[Math.min(nth, range.labels.length - 1)];
  const value = range.low + shares[nth] * (range.high - range.low);
  return range.kind.endsWith("integer") ? Math.round(value) : nth < 2 ? value : Number(value.toPrecision(4));
}

function problemsWith(source: SourceDocument, overrides: Readonly<Record<string, Json>>): readonly FileProblem[] {
  const copy: SourceDocument = { ...source, yaml: source.yaml.clone() as Document };
  try {
    override(copy, overrides);
  } catch (error) {
    if (!(error instanceof DescentError)) throw error;
    return [{ code: "wrong-path", message: error.message, path: "", range: source.range(0, 0), fixes: [] }];
  }
  return checkDocument(copy, trainingFileSchema).problems;
}
