/** What a rule is, whatever it looks at: its texts, its options, its examples. The page, the squiggle and `descent rules` all come from here. */
import type { z } from "zod";
import type { Category, Fix, Problem, Severity } from "../protocol/finding.js";

export interface RuleTexts {
  /** kebab-case; users write it in `diagnostics.rules`. */
  readonly id: string;
  readonly severity: Severity;
  readonly problem: Problem;
  readonly category: Category;
  /** The cause, in a few words: "Softmax applied twice". */
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do. */
  readonly what: string;
  /** Where the claim and the thresholds come from. */
  readonly sources: readonly string[];
  /** Whole training files: each of `bad` gets this finding and no other, each of `good` gets none. Live rules describe streams in their tests instead. */
  readonly examples: { readonly bad: readonly string[]; readonly good: readonly string[] };
}

export interface Rule extends RuleTexts {
  readonly looksAt: "file" | "data" | "run" | "runs" | "search";
  /** A strict object; every option has a default. */
  readonly options: z.ZodObject;
}

/** What a rule has to say about one place. What is absent is the rule's own. */
export interface Report {
  /** Path into the training file; it may name a key that the file lacks. */
  readonly at: string;
  /** What is wrong, with figures. */
  readonly message: string;
  readonly evidence?: Readonly<Record<string, number | string | boolean | null>>;
  readonly confidence?: number;
  readonly fixes?: readonly Fix[];
  readonly severity?: Severity;
  readonly category?: Category;
}

/** A check's answer: nothing, one thing, several. */
export type Reports = Report | readonly Report[] | null | undefined;

export function listOf(reports: Reports): readonly Report[] {
  if (reports === null || reports === undefined) return [];
  return Array.isArray(reports) ? reports : [reports as Report];
}
