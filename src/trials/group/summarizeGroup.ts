/** What the runs of a group amount to together. */
import { fromJsonNumber, toJsonNumber } from "../../common/numbers.js";
import { summarize, summarizeFolds, type SampleSummary } from "../../common/statistics/sample.js";
import type { ParsedFile } from "../../config/parseTrainingFile.js";
import type { GroupKind, GroupManifest, GroupSummary, MetricSummary } from "../../protocol/group.js";
import type { Manifest } from "../../protocol/manifest.js";
import type { GroupRun } from "../../rules/groups/defineGroupRule.js";
import { runGroupRules } from "../../rules/groups/runGroupRules.js";
import { readEvaluation } from "../../runs/evaluationFile.js";
import { memberFolder } from "../../runs/groupFile.js";
import { readManifest } from "../../runs/manifestFile.js";

/** The runs of a group that have ended, as their folders say; of snapshots too, though they are stages of one training. */
export async function endedRuns(folder: string, { members }: Pick<GroupManifest, "members">): Promise<GroupRun[]> {
  const read = members.filter(({ state }) => state.startsWith("finished") || state === "failed").map(async (member): Promise<GroupRun> => {
    const failed = { label: member.label, metrics: {}, failed: true, validationExamples: null };
    if (member.state === "failed") return failed;
    const own = memberFolder(folder, member);
    const manifest = await readManifest(own).catch(() => null);
    return manifest === null ? failed : { label: member.label, metrics: metricsOf(manifest), failed: false, validationExamples: await validationExamples(own) };
  });
  return Promise.all(read);
}

/** Metrics of the weights that a run kept, as numbers. */
export function metricsOf({ metrics }: Pick<Manifest, "metrics">): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([tag, value]) => [tag, fromJsonNumber(value)]));
}

async function validationExamples(runFolder: string): Promise<number | null> {
  const matrix = (await readEvaluation(runFolder)).confusion.find(({ split }) => split === "validation");
  return matrix === undefined ? null : matrix.cells.reduce((sum, value, i) => sum + (i % 2 === 1 ? value : 0), 0); // places and counts by turns
}

/** Mean, deviation and interval of every metric that all good runs have, and what the rules say of them. */
export function summarizeGroup(runs: readonly GroupRun[], { kind, members }: Pick<GroupManifest, "kind" | "members">, parsed: ParsedFile): GroupSummary {
  const good = runs.filter(({ failed }) => !failed);
  const tags = Object.keys(good[0]?.metrics ?? {}).filter((tag) => good.every(({ metrics }) => tag in metrics));
  const metrics = Object.fromEntries(tags.map((tag) => [tag, asJson(summaryOf(kind, members.length)(good.map((run) => run.metrics[tag])))]));
  return { runs: runs.length, failed: runs.length - good.length, metrics, findings: runGroupRules(parsed, { kind, runs }) };
}

/** How values of a group's runs are summarised: folds overlap in what they train on, and their interval is wider for it. */
export function summaryOf(kind: GroupKind, members: number): (values: readonly number[]) => SampleSummary {
  return kind === "folds" ? (values) => summarizeFolds(values, members) : summarize;
}

function asJson({ n, mean, deviation, interval, smallest, largest }: SampleSummary): MetricSummary {
  const number = toJsonNumber;
  return { n, mean: number(mean), deviation: number(deviation), interval: interval && [interval[0], interval[1]], smallest: number(smallest), largest: number(largest) };
}
