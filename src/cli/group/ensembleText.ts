import { formatShare } from "../../common/format.js";
import { fromJsonNumber } from "../../common/numbers.js";
import type { EnsembleEvaluationResult } from "../../protocol/ensemble.js";
import { shortNumber } from "../progressLine.js";

/** Disputed examples that a terminal shows. */
const shown = 8;

/** An ensemble's evaluation as people read it: each member, the whole, what it gains, and on which examples the members disagree. */
export function ensembleText({ split, examples, metrics, members, best, gain, disagreement, disputed }: EnsembleEvaluationResult): string {
  const value = (x: EnsembleEvaluationResult["disagreement"]) => shortNumber(fromJsonNumber(x));
  const names = Object.keys(metrics);
  const row = (label: string, own: typeof metrics): string[] => [label].concat(names.map((name) => value(own[name])));
  const rows = [
    [`${split}, ${examples} examples`, ...names],
    ...members.map(({ label, metrics: own }, i) => row(`${label}${i === best ? " (best on validation)" : ""}`, own)),
    row("ensemble", metrics),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const table = rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("   "));
  const gains = Object.entries(gain).map(([metric, { over_mean: mean, over_best: one }]) => `${metric}: ${gainText(mean)} than the mean of the members, ${gainText(one)} than the best one`);
  const votes = disputed.length > 0 && disputed[0].votes.length > 0;
  const isShare = Object.hasOwn(metrics, "accuracy");
  const dispute = Number.isNaN(fromJsonNumber(disagreement)) ? [] : [isShare ? `The members disagree on ${formatShare(fromJsonNumber(disagreement))} of the examples.` : `The members' predictions differ by ${value(disagreement)} in the mean (standard deviation).`];
  const lines = votes ? disputed.slice(0, shown).map(({ index, actual, predicted, votes: own }) => `  example ${index}: ${actual === "" ? "" : `${actual}, `}ensemble ${predicted}, members ${own.join(" ")}`) : [];
  return [...table, ...gains, ...dispute, ...lines].join("\n");
}

function gainText({ difference, interval }: EnsembleEvaluationResult["gain"][string]["over_mean"]): string {
  const value = (x: typeof difference) => shortNumber(fromJsonNumber(x));
  const word = fromJsonNumber(difference) < 0 ? "worse" : "better";
  const size = typeof difference === "number" ? Math.abs(difference) : difference;
  return `${value(size)} ${word}${interval === null ? "" : ` (gain, 95 %: ${value(interval[0])} to ${value(interval[1])})`}`;
}
