import { formatTick } from "../../charts/horizontalAxis.js";
import { linearTicks, logTicks } from "../../charts/ticks.js";
import { formatSetting, formatValue } from "../../../src/common/format.js";
import type { Dimension } from "../../../src/protocol/search.js";
import type { TrialRow } from "../../../src/protocol/searchPanel.js";

/** Values to shares of an axis, 0 to 1, and its ticks. What lies outside is drawn at the end. */
export interface Scale {
  readonly share: (value: number) => number;
  readonly ticks: readonly { readonly share: number; readonly label: string }[];
  /** The value at a share, in words. */
  readonly textAt: (share: number) => string;
}

function numeric(from: number, to: number, log: boolean, count: number, text: (value: number) => string): Scale {
  const place = log ? Math.log : (value: number) => value;
  const [low, high] = [place(from), place(to)];
  const share = (value: number): number => (Number.isNaN(value) ? 1 : Math.min(1, Math.max(0, (place(Math.max(value, log ? 1e-300 : -Infinity)) - low) / (high - low || 1))));
  const ticks = (log ? logTicks(from, to) : linearTicks(from, to, count)).map((tick) => ({ share: share(tick), label: formatTick(null, tick) }));
  const textAt = (at: number): string => {
    const value = low + at * (high - low);
    return text(Number((log ? Math.exp(value) : value).toPrecision(3)));
  };
  return { share, ticks, textAt };
}

/**
 * The axis of the metric: from the best value to where nine tenths of the trials lie, so that one that went astray does not press all others
 * together; of losses over more than a power and a half of ten, logarithms.
 */
export function metricScale(values: readonly number[], lowerIsBetter: boolean): Scale {
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (finite.length === 0) return numeric(0, 1, false, 4, formatValue);
  const cut = finite.length < 10 ? 0 : Math.ceil(0.1 * (finite.length - 1));
  const [worst, best] = lowerIsBetter ? [finite[finite.length - 1 - cut], finite[0]] : [finite[cut], finite[finite.length - 1]];
  const [from, to] = [Math.min(worst, best), Math.max(worst, best)];
  if (lowerIsBetter && from > 0 && to / from > 30) return numeric(from * 0.8, to * 1.2, true, 4, formatValue);
  const pad = 0.08 * (to - from) || Math.abs(to) * 0.1 || 1;
  return numeric(from - pad, to + pad, false, 4, formatValue);
}

/** The axis of a setting: its range, in logarithms where the range has such; options at equal distances. */
export function settingScale({ range }: Dimension): Scale & { readonly of: (setting: number | string) => number } {
  if (range.kind === "choice") {
    const at = (index: number): number => (index + 0.5) / range.labels.length;
    return { share: at, ticks: range.labels.map((label, i) => ({ share: at(i), label: label.length > 14 ? `${label.slice(0, 13)}…` : label })), textAt: (share) => range.labels[Math.min(range.labels.length - 1, Math.floor(share * range.labels.length))], of: (setting) => at(range.labels.indexOf(String(setting))) };
  }
  const scale = numeric(range.low, range.high, range.kind.startsWith("log_"), 4, formatSetting);
  return { ...scale, of: (setting) => scale.share(Number(setting)) };
}

/** A number that counts things: trials, epochs. */
export function countScale(to: number): Scale {
  return numeric(0, Math.max(1, to), false, 5, (value) => formatValue(value));
}

/** How good a trial is among the others, from 0, the worst, to 1. */
export function goodness(trials: readonly TrialRow[], lowerIsBetter: boolean): Map<number, number> {
  const figured = trials.filter(({ best }) => best !== null && !Number.isNaN(best.value)).sort((a, b) => (lowerIsBetter ? b.best!.value - a.best!.value : a.best!.value - b.best!.value));
  return new Map(figured.map(({ trial }, i) => [trial, figured.length < 2 ? 1 : i / (figured.length - 1)]));
}
