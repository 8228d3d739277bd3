import type { SearchedSetting } from "../../config/search/space.js";
import { appendSegment } from "../../config/path.js";
import type { Fix } from "../../protocol/finding.js";
import type { Report } from "../rule.js";
import { defineSearchRule } from "./defineSearchRule.js";

/** Share of a range, of its logarithms where it has such, that counts as its border. */
const border = 0.05;
/** Trials with a figure below which a place in a range says nothing. */
const leastTrials = 5;

const file = (rates: string): string =>
  `data: { train: { generate: two_moons, examples: 600 } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: { adam: { lr: 0.01 } }\ntraining: { epochs: 10 }\nsearch: { strategy: grid, metric: validation/loss, space: { optimizer.adam.lr: [${rates}] } }\n`;

export const winnerAtBorder = defineSearchRule({
  id: "winner-at-border",
  severity: "warning",
  problem: "generalisation",
  category: "optimizer",
  title: "The best value is at the border of its range",
  why: "Where the best trial lies at the end of what was searched, better values may lie beyond it, and nobody has looked there.",
  what: "Move or widen the range, so that the best value lies within it, and search again.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 11.4.3 (a best value at an end means that the grid is to be moved)", "The border is 5 % of the range, or a list's first or last number"],
  examples: { bad: [file("1e-5, 3e-5, 1e-4, 3e-4, 1e-3")], good: [file("1e-4, 1e-3, 0.01, 0.1, 1")] },
  check({ trials }, { space }) {
    if (trials.length < leastTrials) return null;
    const [{ settings }] = trials;
    return space.flatMap((setting) => (settings[setting.path] === undefined ? [] : (reportOf(setting, settings[setting.path]) ?? [])));
  },
});

function reportOf(setting: SearchedSetting, value: number | string): Report | null {
  const { range, path, key } = setting;
  const at = appendSegment("search.space", key);
  if (range.kind === "choice") {
    const numbers = range.labels.map(Number);
    const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
    const chosen = Number(value);
    if (numbers.length < 3 || numbers.some((number) => !Number.isFinite(number)) || (chosen !== least && chosen !== most) || chosen === 0) return null;
    return { at, message: `The best trial has ${path} = ${value}, the ${chosen === least ? "smallest" : "largest"} of ${range.labels.join(", ")}. A ${chosen === least ? "smaller" : "larger"} one may be better.`, evidence: { value: chosen, least, most }, confidence: 0.7 };
  }
  const { kind, low, high } = range;
  const chosen = Number(value);
  const log = kind.startsWith("log_");
  const share = log ? Math.log(chosen / low) / Math.log(high / low) : (chosen - low) / (high - low);
  const end = share <= border ? "lower" : share >= 1 - border ? "upper" : null;
  // there is often nothing beyond 0: no dropout, no momentum, no decay
  if (end === null || (end === "lower" && low === 0)) return null;
  const wider = log ? (end === "lower" ? [low / 10, high] : [low, high * 10]) : end === "lower" ? [low - (high - low) / 2, high] : [low, high + (high - low) / 2];
  const [from, to] = wider.map((bound) => (kind.endsWith("integer") ? Math.max(1, Math.round(bound)) : Number(bound.toPrecision(3))));
  const fixes: Fix[] = setting.within.length > 0 || kind === "uniform" || from >= low === (end === "lower") ? [] : [{ title: `Search ${path} from ${from} to ${to}`, safe: false, edits: [{ path: `${at}.${kind}`, value: [from, to] }] }];
  return { at, message: `The best trial has ${path} = ${value}, at the ${end} end of ${low} to ${high}. Values beyond it may be better.`, evidence: { value: chosen, low, high, share: Number(share.toFixed(3)) }, confidence: 0.7, fixes };
}
