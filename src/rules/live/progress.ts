/** Questions that several live rules ask of a run's history. */
import type { LiveContext } from "./liveContext.js";
import type { RunHistory } from "./runHistory.js";

/** Steps that show symptoms in a row before one is told: single steps are chance. */
const sustained = 5;

/** The loss of late as a share of what the best constant answer gives (1: nothing learned yet); null while that is not known. */
export function shareOfChance({ chance }: LiveContext, history: RunHistory): number | null {
  const recent = history.losses.stretch(0.8, 1);
  return chance === null || !(chance > 0) || recent === null ? null : recent.mean / chance;
}

/** Whether the model has hardly learned anything so far: only then figures of its inside are symptoms of trouble. */
export function isStuck(context: LiveContext, history: RunHistory, share = 0.9): boolean {
  const learned = shareOfChance(context, history);
  return learned !== null && learned > share && history.losses.count >= 30;
}

/** Whether the loss of the last quarter is below that of the quarter before by more than noise and 1 %. */
export function isFalling(history: RunHistory): boolean {
  const [before, last] = [history.losses.stretch(0.5, 0.75), history.losses.stretch(0.75, 1)];
  return before !== null && last !== null && before.mean - last.mean > Math.max(2 * Math.hypot(before.error, last.error), 0.01 * before.mean);
}

/** The values of a scalar over the last measured steps, oldest first; null before `sustained` of them. */
export function lately(history: RunHistory, tag: string): readonly number[] | null {
  const values = history.recentStatistics.map((statistics) => statistics[tag]).filter((value) => value !== undefined);
  return values.length < sustained ? null : values.slice(-sustained);
}

/** Names of the layers that have a scalar, as last measured. */
export function layersWith({ lastStatistics }: RunHistory, tag: string): readonly string[] {
  const known = namesByTag.get(lastStatistics) ?? new Map<string, readonly string[]>();
  namesByTag.set(lastStatistics, known);
  const names = known.get(tag) ?? Object.keys(lastStatistics).filter((key) => key.startsWith(`${tag}/`)).map((key) => key.slice(tag.length + 1));
  known.set(tag, names);
  return names;
}

/** What `layersWith` found in a step's statistics: several rules ask the same. */
const namesByTag = new WeakMap<object, Map<string, readonly string[]>>();
