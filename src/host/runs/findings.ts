import type { Finding, Severity } from "../../protocol/finding.js";

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/**
 * The findings of a run as they stand, from their events in order (`open`, `updated`, `closed`): one a rule and place,
 * the open ones first, worst first, and among equals the one most likely true.
 */
export function standing(events: Iterable<Finding>): Finding[] {
  const latest = new Map<string, Finding>();
  for (const finding of events) latest.set(`${finding.rule}\n${finding.path}`, finding);
  return [...latest.values()].sort(
    (a, b) => Number(a.state === "closed") - Number(b.state === "closed") || rank[a.severity] - rank[b.severity] || b.confidence - a.confidence,
  );
}
