/** The trials of a search: which settings each one has. Draws depend on the seed and the trial's number alone, never on what came before. */
import { isActive, type SearchedSetting, type Space } from "../../config/search/space.js";
import type { SearchPlan } from "../../config/search/readSearch.js";
import { RandomStream } from "../../engine/random/stream.js";
import type { TrialSettings } from "../../protocol/search.js";

/** Draws in a row that were there before, after which a space counts as exhausted. */
const mostRepeats = 1000;
/** Digits of a drawn number: more say nothing about a setting, and it is to be read in a file. */
const digits = 4;

/**
 * The settings of one trial after the other, each different from all before; ends where the space has no more. Grids go through their
 * combinations, the last setting fastest; random search and halving draw.
 */
export function drawTrials({ strategy, space, seed }: Pick<SearchPlan, "strategy" | "space" | "seed">): Generator<TrialSettings> {
  return strategy === "grid" ? gridOf(space) : randomOf(space, seed);
}

function* randomOf(space: Space, seed: number): Generator<TrialSettings> {
  const seen = new Set<string>();
  let repeats = 0;
  for (let n = 0; repeats < mostRepeats; n++) {
    const settings = draw(space, new RandomStream(seed, "search", n));
    const key = JSON.stringify(settings);
    if (seen.has(key)) {
      repeats += 1;
      continue;
    }
    repeats = 0;
    seen.add(key);
    yield settings;
  }
}

/** Draws for every setting, those that do not count included: what is drawn for one never shifts another. */
function draw(space: Space, stream: RandomStream): TrialSettings {
  const settings: TrialSettings = {};
  for (const setting of space) {
    const value = valueAt(setting, stream.uniform());
    if (isActive(setting, settings)) settings[setting.path] = value;
  }
  return settings;
}

/** The value of a setting at a share within [0, 1) of its range. */
function valueAt({ range }: SearchedSetting, share: number): number | string {
  if (range.kind === "choice") return range.labels[Math.floor(share * range.labels.length)];
  const { low, high } = range;
  const within = (value: number): number => Math.min(high, Math.max(low, Number(value.toPrecision(digits))));
  switch (range.kind) {
    case "uniform":
      return within(low + share * (high - low));
    case "log_uniform":
      return within(low * (high / low) ** share);
    case "integer":
      return low + Math.floor(share * (high - low + 1));
    case "log_integer": // each integer n has the share of log((n + 1) / n)
      return Math.min(high, Math.floor(low * ((high + 1) / low) ** share));
  }
}

function* gridOf(space: Space, settings: TrialSettings = {}, from = 0): Generator<TrialSettings> {
  const setting = space[from];
  if (setting === undefined) {
    yield settings;
    return;
  }
  if (!isActive(setting, settings)) {
    yield* gridOf(space, settings, from + 1);
    return;
  }
  for (const value of gridValues(setting)) yield* gridOf(space, { ...settings, [setting.path]: value }, from + 1);
}

/** The options, or `points` values of a range at equal distances (of their logarithms), its ends among them. */
function gridValues({ range, points }: SearchedSetting): readonly (number | string)[] {
  if (range.kind === "choice") return range.labels;
  const { kind, low, high } = range;
  const count = kind.endsWith("integer") ? Math.min(points, high - low + 1) : points;
  const values = Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1);
    const value = kind.startsWith("log_") ? low * (high / low) ** share : low + share * (high - low);
    return kind.endsWith("integer") ? Math.round(value) : Number(value.toPrecision(digits));
  });
  return [...new Set(values)];
}

/** Combinations of a grid, counted no further than `most`. */
export function gridSize(space: Space, most: number): number {
  let count = 0;
  for (const _ of gridOf(space)) if ((count += 1) >= most) break;
  return count;
}
