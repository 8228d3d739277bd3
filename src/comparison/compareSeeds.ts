/** Runs that differ in more than their seed, several seeds of each: do they differ by more than chance? */
import { fromJsonNumber } from "../common/numbers.js";
import { compareMetrics, type MetricComparison } from "../common/statistics/compareMetrics.js";
import { groupBySeeds, type ComparedRun } from "./comparison.js";

/** Runs of one file from several seeds. */
export interface SeedGroup {
  /** What tells it from the others: the settings in which they differ, else its name. */
  readonly label: string;
  /** Runs that ended well. */
  readonly runs: readonly ComparedRun[];
}

export interface SeedComparison {
  readonly a: SeedGroup;
  readonly b: SeedGroup;
  readonly metrics: readonly MetricComparison[];
}

/** Groups that are compared with the first; more would be found to differ by chance alone now and then. */
const mostGroups = 6;

/** Welch's test of each group of seeds against the first; none where fewer than two groups have two runs that ended well. */
export function compareSeeds(runs: readonly ComparedRun[]): SeedComparison[] {
  const grouped = groupBySeeds(runs).map((group) => group.filter(({ manifest: { state } }) => state === "finished" || state === "finished early")).filter((group) => group.length > 1);
  if (grouped.length < 2) return [];
  const [first, ...others] = grouped.slice(0, mostGroups).map((group) => ({ label: labelOf(group[0], grouped.map(([one]) => one)), runs: group }));
  return others.map((other) => ({ a: first, b: other, metrics: compareMetrics(metricsOf(first.runs), metricsOf(other.runs)) })).filter(({ metrics }) => metrics.length > 0);
}

function metricsOf(runs: readonly ComparedRun[]): Record<string, number>[] {
  return runs.map(({ manifest }) => Object.fromEntries(Object.entries(manifest.metrics).map(([name, value]) => [name, fromJsonNumber(value)])));
}

/** `optimizer.adam.lr 0.1, training.batch_size 32`, of the settings that are not the same in all. */
function labelOf(run: ComparedRun, firsts: readonly ComparedRun[]): string {
  const differing = [...new Set(firsts.flatMap(({ settings }) => [...settings.keys()]))].filter((path) => path !== "seed" && firsts.some(({ settings }) => settings.get(path) !== firsts[0].settings.get(path)));
  const own = differing.flatMap((path) => (run.settings.has(path) ? [`${path} ${run.settings.get(path)}`] : []));
  const settings = own.length === 0 || own.length > 3 ? "" : own.join(", ");
  const isNamed = new Set(firsts.map(({ manifest: { name } }) => name)).size > 1 || settings === "";
  return [...(isNamed ? [run.manifest.name] : []), ...(settings === "" ? [] : [settings])].join(": ");
}
