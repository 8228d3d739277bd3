/** Verdicts against what was done to the files: the figures of the benchmark's table. */
import type { Category } from "../../src/protocol/finding.js";
import type { Judgement } from "./judge.js";
import type { Recipe } from "./recipes.js";

/** One faulty run and its twin's, of one seed. */
export interface Result {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly faulty: Judgement;
  readonly twin: Judgement;
}

export interface Score {
  readonly runs: number;
  /** Shares of the faulty runs. */
  readonly detected: number;
  readonly first: number;
  readonly firstTwo: number;
  readonly located: number;
  /** Share of the twins without a warning or an error. */
  readonly silent: number;
  /** Causes named in a faulty run, on average. */
  readonly causes: number;
}

/** Places that hold half of the file: pointing at them locates nothing. */
const sections = new Set(["", "data", "model", "training", "optimizer"]);

/** Whether a path is one of the right ones, or stands within or around one of them. */
function isThere(path: string, right: readonly string[]): boolean {
  const within = (inner: string, outer: string): boolean => !sections.has(outer) && (inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`));
  return right.some((wanted) => wanted === path || within(path, wanted) || within(wanted, path));
}

const share = (values: readonly boolean[]): number => values.filter(Boolean).length / Math.max(values.length, 1);

export function isDetected({ faulty }: Result): boolean {
  return faulty.findings.some(({ severity }) => severity !== "info");
}

export function isSilent({ twin }: Result): boolean {
  return twin.findings.every(({ severity }) => severity === "info");
}

/** Whether one of the first `count` causes is of a right category (and stands at a right place). */
export function isRight({ faulty, recipe }: Result, count: number, placed = false): boolean {
  return faulty.causes.slice(0, count).some(({ category, path }) => recipe.truths.some((truth) => truth.category === category && (!placed || isThere(path, truth.paths))));
}

export function scoreOf(results: readonly Result[]): Score {
  return {
    runs: results.length,
    detected: share(results.map(isDetected)),
    first: share(results.map((result) => isRight(result, 1))),
    firstTwo: share(results.map((result) => isRight(result, 2))),
    located: share(results.map((result) => isRight(result, 2, true))),
    silent: share(results.map(isSilent)),
    causes: results.reduce((sum, { faulty }) => sum + faulty.causes.length, 0) / Math.max(results.length, 1),
  };
}

/** Results of single faults by category, in the table's order, and of pairs. */
export function byCategory(results: readonly Result[]): ReadonlyMap<Category | "pairs", readonly Result[]> {
  const groups = new Map<Category | "pairs", Result[]>();
  for (const result of results) {
    const { truths } = result.recipe;
    const key = new Set(truths.map(({ fault }) => fault)).size > 1 ? "pairs" : truths[0].category;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return groups;
}
