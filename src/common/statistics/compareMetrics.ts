/** Two groups of runs, metric by metric: does one differ from the other by more than the luck of its seeds? */
import { welchTest, type Comparison } from "./compareSamples.js";
import { summarize, type SampleSummary } from "./sample.js";

/** Below this p a difference is held to be more than chance. */
export const significance = 0.05;

export interface MetricComparison extends Comparison {
  readonly metric: string;
  readonly a: SampleSummary;
  readonly b: SampleSummary;
  /** "differs": by more than chance; "chance": the spread of the seeds explains it; "unknown": a group has fewer than two runs, or values that are not finite. */
  readonly verdict: "differs" | "chance" | "unknown";
}

/**
 * Welch's test of every metric that all runs of both groups have, in the order of the first run. A run is its final metrics by tag
 * (`validation/accuracy`).
 */
export function compareMetrics(a: readonly Readonly<Record<string, number>>[], b: readonly Readonly<Record<string, number>>[]): MetricComparison[] {
  const shared = Object.keys(a[0] ?? {}).filter((metric) => [...a, ...b].every((run) => metric in run) && b.length > 0);
  return shared.map((metric) => {
    const [ofA, ofB] = [a, b].map((runs) => runs.map((run) => run[metric]));
    const test = welchTest(ofA, ofB);
    const verdict = Number.isNaN(test.p) ? "unknown" : test.p < significance ? "differs" : "chance";
    return Object.assign(test, { metric, a: summarize(ofA), b: summarize(ofB), verdict } as const);
  });
}
