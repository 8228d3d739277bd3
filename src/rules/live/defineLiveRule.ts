import { z } from "zod";
import type { ChunkDone, EvaluationDone } from "../../engine/training/types.js";
import type { Curvature } from "../../engine/training/curvature/measureCurvature.js";
import type { Category } from "../../protocol/finding.js";
import type { Report, Rule, RuleTexts } from "../rule.js";
import { liveExamples } from "./liveExamples.js";
import type { LiveContext } from "./liveContext.js";
import type { RunHistory } from "./runHistory.js";

/** A symptom of a run, at the step where it showed. */
export interface Symptom extends Report {
  /** The cause that the figures suggest; it gives way to one that file and data show. `message` says what was seen. */
  readonly guess?: string;
  /** The next likely cause, where the figures leave two. */
  readonly otherwise?: { readonly category: Category; readonly at: string };
  readonly step: number;
  /** How bad, in the rule's own measure: a finding is told again when this has doubled. */
  readonly level: number;
}

/** What a rule makes of news: a symptom, that there is none (closes what is open), or nothing new. */
export type Verdict = Symptom | "healthy" | "unchanged";

/** One run under a rule's eyes. Called for every chunk: constant work a chunk beyond a pass over its losses. */
export interface Watcher {
  /** The chunk's finite losses are in the history already. */
  readonly onSteps?: (chunk: ChunkDone, history: RunHistory) => Verdict;
  readonly onEvaluation?: (evaluation: EvaluationDone, history: RunHistory) => Verdict;
  /** The curvature was measured: because someone asked, or because the run is in trouble. */
  readonly onCurvature?: (curvature: Curvature, history: RunHistory) => Verdict;
  /** The run is over. */
  readonly onEnd?: (history: RunHistory) => Verdict;
}

export interface LiveRule extends Rule {
  readonly looksAt: "run";
  readonly watch: (context: LiveContext, options: Readonly<Record<string, unknown>>) => Watcher;
}

/** Declares a rule that watches a run; `watch` gets its options checked. */
export function defineLiveRule<O extends z.ZodObject = z.ZodObject<Record<never, never>>>(
  definition: Omit<RuleTexts, "examples"> & { readonly options?: O; readonly watch: (context: LiveContext, options: z.output<O>) => Watcher },
): LiveRule {
  return { options: z.strictObject({}), ...definition, examples: liveExamples[definition.id] ?? { bad: [], good: [] }, looksAt: "run" } as unknown as LiveRule;
}
