/** A run in few words, for the tree, the status bar and quick picks. */
import { formatDuration, formatValue } from "../../common/format.js";
import { fromJsonNumber } from "../../common/numbers.js";
import type { Progress } from "../../protocol/runtime.js";
import { stateOf, type Run } from "./run.js";

/** `validation accuracy 0.971`; empty before the first evaluation. */
export function bestOf(run: Run): string {
  const { best } = run.manifest;
  return best ? `${best.metric.replaceAll("/", " ").replaceAll("_", " ")} ${formatValue(fromJsonNumber(best.value))}` : "";
}

/** `epoch 3 of 5, 1:04 left`: the epoch that is being trained, from 1, as the panel counts it. */
export function progressWords(progress: Progress): string {
  const epoch = `epoch ${Math.max(1, Math.ceil(epochsDone(progress)))} of ${Math.ceil(progress.epochs)}`;
  return progress.secondsLeft === null ? epoch : `${epoch}, ${formatDuration(progress.secondsLeft)} left`;
}

/** Epochs done, with their fraction. */
export function epochsDone({ step, totalSteps, epochs }: Progress): number {
  return totalSteps > 0 ? (step / totalSteps) * epochs : 0;
}

/** What a list says beside the run's name: how it stands, its best value, and when it began. `now` in milliseconds. */
export function summaryOf(run: Run, now: number): string {
  const state = stateOf(run);
  const standing = run.live?.progress && state === "running" ? progressWords(run.live.progress) : state === "finished" ? "" : state;
  return [standing, bestOf(run), since(run.manifest.created, now)].filter(Boolean).join(" · ");
}

/** `just now`, `5 min ago`, `3 h ago`, else the date and time. */
export function since(iso: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
