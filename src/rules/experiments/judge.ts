/** From measured trials to what they say: better, worse, or nothing that chance does not do. */
import { formatCount } from "../../common/format.js";
import { toJsonNumber } from "../../common/numbers.js";
import { significance } from "../../common/statistics/compareMetrics.js";
import { welchTest } from "../../common/statistics/compareSamples.js";
import { rankTest } from "../../common/statistics/rankTest.js";
import type { Answer, Comparison, Outcome } from "../../protocol/experiment.js";
import { deviationOf, meanOf, short } from "../checks/statistics.js";
import type { Trials } from "./sideBySide.js";

/** Figures that differ by less than this share of their size are the same: the last bits of a float32. */
const sameShare = 1e-5;

/** Compares every side with the first. */
export function judge(trials: Trials): Outcome {
  const { names, measure, values, steps, whole } = trials;
  return {
    measure, steps: [...steps], whole,
    values: values.map((row) => row.map(toJsonNumber)),
    comparisons: names.slice(1).map((name, i) => compare(trials, name, i + 1)),
  };
}

function compare(trials: Trials, name: string, side: number): Comparison {
  const { values: { 0: before, [side]: after }, steps, whole } = trials;
  const trained = `${steps[0] === steps[side] ? `${formatCount(steps[0])} steps` : `${formatCount(steps[0])} and ${formatCount(steps[side])} steps`}${whole ? ", the whole run," : ""} from ${before.length} seeds`;
  const seen = `After ${trained} ${wordsOf(trials)} is ${figureOf(before)} as the file is and ${figureOf(after)} with the change`;
  if (!trials.comparable) return { name, answer: "incomparable", p: null, test: null, message: `${seen}. The two measure different things, so that the figures cannot be compared.` };
  const { answer, p, test } = answerOf(before, after, trials.measure.higherIsBetter);
  if (answer === "alike" && !whole) return { name, answer, p, test, message: `${seen}: the same in every run. What the change does comes later in the run than this.` };
  return { name, answer, p, test, message: `${seen}: ${verdicts[answer]}${p === null || answer === "alike" ? "" : ` (${test === "welch" ? "Welch's test" : "rank test"}, p = ${short(p)})`}.` };
}

const verdicts: Readonly<Record<Answer, string>> = {
  better: "better, and by more than chance", worse: "worse, and by more than chance", undecided: "a difference that chance makes too", alike: "the same in every run", incomparable: "not to be compared",
};

function answerOf(before: readonly number[], after: readonly number[], higherIsBetter: boolean): Pick<Comparison, "answer" | "p" | "test"> {
  const same = before.every((value, i) => Object.is(value, after[i]) || Math.abs(value - after[i]) <= sameShare * Math.abs(value));
  if (same) return { answer: "alike", p: 1, test: null };
  // a run that broke is worse than any figure
  const badness = (values: readonly number[]): number[] => values.map((value) => (Number.isFinite(value) ? (higherIsBetter ? -value : value) : Infinity));
  const [a, b] = [badness(before), badness(after)];
  const isFinite = [...a, ...b].every(Number.isFinite);
  const hasSpread = deviationOf(a) > 0 || deviationOf(b) > 0;
  const test = isFinite && hasSpread && before.length > 1 ? "welch" : "ranks";
  const { p } = test === "welch" ? welchTest(a, b) : rankTest(a, b);
  if (p >= significance) return { answer: "undecided", p, test };
  return { answer: middle(b) < middle(a) ? "better" : "worse", p, test };
}

/** The mean, or where some are infinite the median. */
function middle(values: readonly number[]): number {
  if (values.every(Number.isFinite)) return meanOf(values);
  return [...values].sort((a, b) => (a === b ? 0 : a < b ? -1 : 1))[Math.floor(values.length / 2)];
}

/** `0.31 ± 0.02`, and how many runs broke. */
function figureOf(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  const broken = values.length - finite.length;
  if (finite.length === 0) return "not finite in any run";
  return `${short(meanOf(finite))}${finite.length > 1 ? ` ± ${short(deviationOf(finite))}` : ""}${broken > 0 ? ` (not finite in ${broken} of ${values.length} runs)` : ""}`;
}

function wordsOf({ measure: { tag } }: Trials): string {
  const [split, metric] = tag.split("/");
  const name = metric === "r2" ? "R²" : metric.replaceAll("_", " ");
  return `the ${split === "train" ? "training" : split} ${name}`;
}
