/** Several runs side by side: what differs in their files, and what came of it. */
import { fromJsonNumber } from "../common/numbers.js";
import { isLowerBetter } from "../engine/training/best.js";
import type { Manifest } from "../protocol/manifest.js";

/** A run as it is compared. */
export interface ComparedRun {
  /** Its folder, absolute. */
  readonly run: string;
  readonly manifest: Manifest;
  /** Values of its file by path, as JSON texts. */
  readonly settings: ReadonlyMap<string, string>;
}

/** One row: a value a run, in the runs' order; null where a run has none. */
export interface DifferingSetting {
  readonly path: string;
  readonly values: readonly (string | null)[];
}

export interface ComparedMetric {
  readonly metric: string;
  /** NaN and the infinities are values; null where a run has none. */
  readonly values: readonly (number | null)[];
  /** Which values are best, as places in the list: several where they are equal, none where fewer than two runs have one. */
  readonly best: readonly number[];
}

export interface RunComparison {
  readonly runs: readonly ComparedRun[];
  readonly differences: readonly DifferingSetting[];
  readonly metrics: readonly ComparedMetric[];
}

export function compareRuns(runs: readonly ComparedRun[]): RunComparison {
  return { runs, differences: differingSettings(runs), metrics: comparedMetrics(runs) };
}

/** Settings that are not the same in all runs, in the order of the first file that has them. */
function differingSettings(runs: readonly ComparedRun[]): DifferingSetting[] {
  // the seed of a run is what was drawn or set, wherever that was said
  const seeds = runs.map(({ manifest }) => (manifest.origin === undefined ? String(manifest.seed) : null));
  const paths = new Set(runs.flatMap(({ settings }) => [...settings.keys()].filter((path) => path !== "seed")));
  const rows = [...paths].map((path) => ({ path, values: runs.map(({ settings }) => settings.get(path) ?? null) }));
  return [...rows, { path: "seed", values: seeds }].filter(({ values }) => values.some((value) => value !== values[0]));
}

function comparedMetrics(runs: readonly ComparedRun[]): ComparedMetric[] {
  const names = new Set(runs.flatMap(({ manifest }) => Object.keys(manifest.metrics)));
  return [...names].sort(inOrder).map((metric) => {
    const values = runs.map(({ manifest }) => {
      const value = manifest.metrics[metric];
      return value === undefined ? null : fromJsonNumber(value);
    });
    return { metric, values, best: bestOf(values, smallerIsBetter(metric)) };
  });
}

/** Validation and test before training, losses first. */
function inOrder(a: string, b: string): number {
  const rank = (name: string) => ["validation", "test", "train"].indexOf(name.split("/")[0]) * 2 + (name.endsWith("/loss") ? 0 : 1);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function bestOf(values: readonly (number | null)[], smaller: boolean): number[] {
  const finite = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (finite.length < 2) return [];
  const best = smaller ? Math.min(...finite) : Math.max(...finite);
  return values.flatMap((value, i) => (value === best ? [i] : []));
}

/** Names of quantities of others' logs of which less is better; all others, accuracies above all, are better the greater they are. */
const losses = /(^|[_/ ])(loss|error|errors|mse|mae|rmse|mape|perplexity|ppl|cost|nll|bpc|wer|cer|fid|distance|divergence|deviance)([_/ ]|$)/i;

/** Whether less of a metric is better, by the words of its name. */
export function smallerIsBetter(metric: string): boolean {
  return isLowerBetter(metric) || losses.test(metric);
}

/** Runs whose settings are the same but for the seed, in the order of the first of each. Logs of others without settings stand alone. */
export function groupBySeeds(runs: readonly ComparedRun[]): ComparedRun[][] {
  const groups = new Map<string, ComparedRun[]>();
  for (const run of runs) {
    const text = [...run.settings].filter(([path]) => path !== "seed").map(([path, value]) => `${path}=${value}`).sort().join("\n");
    const key = text === "" ? run.run : `${run.manifest.name}\n${text}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}
