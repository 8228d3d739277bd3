/**
 * How much each setting matters: the share of the metric's variance that it explains by itself. Trials are put into groups by the
 * setting's value (options, or quarters of a range) and the variance between the groups is compared with the whole, as omega squared
 * (Hays, Statistics, 1963), which unlike eta squared does not grow with the number of groups. These are the main effects that a functional
 * ANOVA (Hutter, Hoos and Leyton-Brown, ICML 2014) finds, without its interactions. Ranks stand for values: one trial that diverged must not decide.
 */
import type { Dimension } from "../../../src/protocol/search.js";
import type { TrialRow } from "../../../src/protocol/searchPanel.js";

/** Trials with a figure below which shares are chance. */
const leastTrials = 8;
const groups = 4;

export interface Importance {
  readonly path: string;
  /** Within [0, 1]. */
  readonly share: number;
  /** Trials that had the setting. */
  readonly trials: number;
}

/** The importance of each setting that enough trials have, largest first; empty while there are too few. */
export function importances(dimensions: readonly Dimension[], trials: readonly TrialRow[]): Importance[] {
  const figured = trials.filter(({ best, confirms }) => best !== null && confirms === null);
  return dimensions
    .flatMap((dimension) => {
      const having = figured.filter(({ settings }) => settings[dimension.path] !== undefined);
      if (having.length < leastTrials) return [];
      return [{ path: dimension.path, share: omegaSquared(having.map(({ settings }) => groupOf(dimension, settings[dimension.path])), ranksOf(having.map(({ best }) => best!.value))), trials: having.length }];
    })
    .sort((a, b) => b.share - a.share);
}

/** The group of a value: its option, or its quarter of the range. */
function groupOf({ range }: Dimension, value: number | string): number {
  if (range.kind === "choice") return range.labels.indexOf(String(value));
  return Math.min(groups - 1, Math.floor(groups * shareOf(range, Number(value))));
}

/** Where a value lies in its range, from 0 to 1; logarithms where the range has such. */
export function shareOf({ kind, low, high }: { readonly kind: string; readonly low: number; readonly high: number }, value: number): number {
  return kind.startsWith("log_") ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

/** Ranks from 0, equal values in the middle of theirs; NaN is last. */
function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (Number.isNaN(values[a]) ? 1 : Number.isNaN(values[b]) ? -1 : values[a] - values[b]));
  const ranks = Array.from({ length: values.length }, () => 0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]] === values[order[from]]) to += 1;
    for (let i = from; i <= to; i++) ranks[order[i]] = (from + to) / 2;
    from = to + 1;
  }
  return ranks;
}

/** (SSB - (k - 1) MSW) / (SST + MSW), within [0, 1]. */
export function omegaSquared(group: readonly number[], values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const total = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const byGroup = new Map<number, number[]>();
  values.forEach((value, i) => byGroup.set(group[i], [...(byGroup.get(group[i]) ?? []), value]));
  const count = byGroup.size;
  if (count < 2 || values.length <= count || total === 0) return 0;
  let between = 0;
  for (const members of byGroup.values()) between += members.length * (members.reduce((sum, value) => sum + value, 0) / members.length - mean) ** 2;
  const within = (total - between) / (values.length - count);
  return Math.min(1, Math.max(0, (between - (count - 1) * within) / (total + within)));
}
