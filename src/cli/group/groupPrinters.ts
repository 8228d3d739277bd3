/** What the command line prints of several runs that go on side by side. */
import { formatDuration } from "../../common/format.js";
import { fromJsonNumber, toJsonNumber } from "../../common/numbers.js";
import type { GroupManifest, GroupSummary, Member, MetricSummary, SummaryEvent } from "../../protocol/group.js";
import type { Progress } from "../../protocol/runtime.js";
import { memberFolder } from "../../runs/groupFile.js";
import { endOf } from "../../runtime/client/runHandle.js";
import type { GroupHooks } from "../../trials/group/runGroup.js";
import { findingText, printJson, printLine, printNote, relative } from "../output.js";
import { ProgressLine, shortNumber } from "../progressLine.js";

export interface GroupPrinter extends GroupHooks {
  readonly onEnd: (manifest: GroupManifest) => void;
  /** Takes the progress line away. */
  readonly clear: () => void;
}

/** The events of a run as the command line's page has them, each with its `member`, from 0; findings on the whole and the `summary` last. */
export function groupJsonPrinter(folder: string): GroupPrinter {
  const numberOf = ({ id }: Member) => Number(id);
  return {
    onEvent(member, event) {
      const own = { member: numberOf(member) };
      if (event.kind === "started") {
        const { device, threads, parameters, operations, stepsPerEpoch, epochs } = event.manifest;
        printJson({ event: "start", ...own, label: member.label, run: memberFolder(folder, member), device, threads, parameters, operations, steps_per_epoch: stepsPerEpoch, epochs });
      } else if (event.kind === "evaluated") {
        const values = Object.fromEntries(Object.entries(event.values).map(([tag, value]) => [tag, toJsonNumber(value)]));
        printJson({ event: "scalars", ...own, step: event.step, epoch: event.epoch, values });
      } else if (event.kind === "finding") printJson({ event: "finding", ...own, ...event.finding });
      else if (event.kind === "log" && (event.level === "warning" || event.level === "error")) printNote(`${member.label}: ${event.text}`);
    },
    onOutcome(member, outcome) {
      if (outcome.kind === "ended") printJson({ ...endOf(outcome.manifest), member: numberOf(member), label: member.label });
      else if (outcome.kind !== "cancelled") printJson({ event: "end", member: numberOf(member), label: member.label, status: "failed", error: outcome.error });
    },
    onChange() {},
    onEnd(manifest) {
      if (manifest.summary === null) return;
      const { findings, ...summary } = manifest.summary;
      for (const finding of findings) printJson({ event: "finding", ...finding });
      printJson({ event: "summary", group: folder, kind: manifest.kind, ...summary } satisfies SummaryEvent);
    },
    clear() {},
  };
}

/** A line for each run that ends, each finding, and a table of what the runs come to. */
export function groupTextPrinter(folder: string, first: GroupManifest, quiet: boolean): GroupPrinter {
  const line = new ProgressLine(!quiet && process.stderr.isTTY === true);
  const progress = new Map<string, Progress>();
  let { members } = first;
  const say = (text: string) => {
    line.clear();
    printLine(text);
  };
  if (!quiet) say(`${relative(folder)}: ${members.length} ${words[first.kind]}`);
  return {
    onEvent(member, event) {
      if (event.kind === "finding" && event.finding.severity !== "info") say(`${member.label}: ${findingText(event.finding)}`);
      if (event.kind === "log" && (event.level === "warning" || event.level === "error")) say(`${member.label}: ${event.text}`);
      if (event.kind !== "progress") return;
      progress.set(member.id, event.progress);
      line.show(progressOf(members, progress));
    },
    onOutcome(member, outcome) {
      progress.delete(member.id);
      if (quiet) return;
      if (outcome.kind === "ended") say(`${member.label}: ${outcome.manifest.state}, ${formatDuration(outcome.manifest.seconds)}  ${metricsText(outcome.manifest.metrics)}`);
      else if (outcome.kind !== "cancelled") say(`${member.label}: failed. ${outcome.error.message}`);
    },
    onChange(manifest) {
      ({ members } = manifest);
    },
    onEnd(manifest) {
      if (manifest.summary === null) return;
      say(summaryText(manifest.summary, manifest));
      for (const finding of manifest.summary.findings) say(findingText(finding));
      if (!quiet) say(relative(folder));
    },
    clear: () => line.clear(),
  };
}

const words = { seeds: "runs from different seeds", folds: "folds", independent: "members of an ensemble", snapshot: "snapshots of one training" } as const;


/** `2 of 5 done  2 running  41 %  0:32 left`. */
function progressOf(members: readonly Member[], running: ReadonlyMap<string, Progress>): string {
  const done = members.filter(({ state }) => state.startsWith("finished") || state === "failed").length;
  const shares = [...running.values()].map(({ step, totalSteps }) => step / Math.max(totalSteps, 1));
  const whole = (done + shares.reduce((sum, share) => sum + share, 0)) / members.length;
  const left = Math.max(0, ...[...running.values()].map(({ secondsLeft }) => secondsLeft ?? 0));
  return `${done} of ${members.length} done  ${running.size} running  ${Math.floor(100 * whole)} %  these ${formatDuration(left)} left`;
}

function metricsText(metrics: Readonly<Record<string, number | string>>): string {
  return Object.entries(metrics).map(([tag, value]) => `${tag} ${shortNumber(Number(value))}`).join("  ");
}

/** A table: metric, mean, deviation, interval of the mean, least and most. */
export function summaryText({ runs, failed, metrics }: GroupSummary, { kind }: Pick<GroupManifest, "kind">): string {
  const head = [`${runs} ${kind === "folds" ? "folds" : "runs"}${failed > 0 ? `, ${failed} failed` : ""}`, "mean", "deviation", "95 % interval", "least", "most"];
  const rows = [head, ...Object.entries(metrics).map(([tag, summary]) => rowOf(tag, summary))];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("   ")).join("\n");
}

function rowOf(tag: string, { mean, deviation, interval, smallest, largest }: MetricSummary): string[] {
  const text = (value: MetricSummary["mean"]) => shortNumber(fromJsonNumber(value));
  return [tag, text(mean), text(deviation), interval === null ? "" : `${text(interval[0])} to ${text(interval[1])}`, text(smallest), text(largest)];
}
