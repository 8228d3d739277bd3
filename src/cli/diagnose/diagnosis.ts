import type { Verdict } from "../../protocol/runEvents.js";
import { causesOf, verdictOf, type Cause } from "../../rules/causes/causesOf.js";
import type { Standing } from "../../rules/causes/foldFindings.js";

/** What `descent diagnose` says of one run. */
export interface Diagnosis {
  /** As they stand at the end of what is known. */
  readonly findings: readonly Standing[];
  readonly causes: readonly Cause[];
  readonly verdict: Verdict;
}

/** `run`: what the verdict calls it. `finished`: it went to its end. */
export function diagnosisOf(run: string, findings: readonly Standing[], finished: boolean): Diagnosis {
  return { findings, causes: causesOf(findings, { finished }), verdict: verdictOf(run, findings, { finished }) };
}
