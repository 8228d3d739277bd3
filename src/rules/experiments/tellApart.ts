/** What an experiment that took away one cause at a time says about which of them it is. */
import type { Comparison, Outcome } from "../../protocol/experiment.js";
import type { Verdict } from "../../protocol/runEvents.js";
import type { Cause } from "../causes/causesOf.js";

/** Doubt that is left in a cause once taking it away has helped, and confidence that is left where it did not, as shares of what there was. */
const [doubtLeft, confidenceLeft] = [0.3, 0.5];

/** A cause and what was tried against it. */
export interface Suspect {
  readonly cause: Cause;
  /** What the change is called. */
  readonly title: string;
}

/** The causes in the order of what helped, the others behind them, and what was seen, in words. */
export interface ToldApart {
  readonly causes: readonly Cause[];
  readonly message: string;
}

/**
 * Weighs causes by an experiment: `suspects` are the sides of the outcome after the first, in order. A cause whose removal made the run better by more than chance
 * becomes surer and comes first, one whose removal did not becomes less so; a change that cannot be compared says nothing.
 */
export function tellApart(causes: readonly Cause[], suspects: readonly Suspect[], { comparisons, measure, values }: Outcome): ToldApart {
  const answers = new Map(suspects.map(({ cause }, i) => [cause, comparisons[i]]));
  // those that were tried and did not help stand behind those that were not tried; else the order stays
  const place = (answer: Comparison["answer"] | undefined): number => (answer === "better" ? 0 : answer === undefined || answer === "incomparable" ? 1 : 2);
  const weighed = causes.map((cause) => ({ cause: weigh(cause, answers.get(cause)), place: place(answers.get(cause)?.answer) }));
  const middle = (side: number): number => mean(values[side].map(Number));
  const seen = suspects.map(({ title }, i) => `with "${title}" ${figure(middle(i + 1))}, ${words[comparisons[i].answer]}`);
  const helped = suspects.filter((_, i) => comparisons[i].answer === "better");
  const best = [...weighed].sort((a, b) => a.place - b.place);
  const conclusion = helped.length === 0 ? "None of the changes helps in so short a time" : helped.length === 1 ? `It is the ${helped[0].cause.category.replaceAll("_", " ")}` : "More than one is at fault, or one change covers for another";
  return { causes: best.map(({ cause }) => cause), message: `In a short trial ${measure.tag.replace("/", " ").replaceAll("_", " ")} is ${figure(middle(0))} as the file is; ${seen.join("; ")}. ${conclusion}.` };
}

const words: Readonly<Record<Comparison["answer"], string>> = { better: "better by more than chance", worse: "worse", undecided: "no more different than chance makes it", alike: "the same", incomparable: "which measures something else" };

function weigh(cause: Cause, comparison: Comparison | undefined): Cause {
  if (comparison === undefined || comparison.answer === "incomparable") return cause;
  const confidence = comparison.answer === "better" ? 1 - (1 - cause.confidence) * doubtLeft : cause.confidence * confidenceLeft;
  return { ...cause, confidence: Math.min(0.99, confidence) };
}

/** The verdict with its causes as an experiment weighs them. */
export function verdictAfter(verdict: Verdict, { causes, message }: ToldApart): Verdict {
  return { ...verdict, causes: causes.map(({ category, path, confidence }) => ({ category, path, confidence: Math.round(confidence * 1000) / 1000 })), experiment: message };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function figure(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "not finite";
}
