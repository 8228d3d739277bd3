/** How a search stands, from its journal: the same for the controller that goes on, for a table, for a panel. */
import { fromJsonNumber, toJsonNumber, type JsonNumber } from "../../common/numbers.js";
import type { JournalEntry, SearchManifest, StopReason, TrialSettings, TrialState } from "../../protocol/search.js";
import type { TrialCurve } from "./stopRules.js";

export interface TrialRecord {
  readonly trial: number;
  readonly settings: TrialSettings;
  readonly overrides: Extract<JournalEntry, { entry: "planned" }>["overrides"];
  /** The trial that it trains once more, from another seed; null: it is one of its own. */
  readonly confirms: number | null;
  readonly seed: number | null;
  state: TrialState;
  /** Times that it was begun or gone on with. */
  attempts: number;
  /** Times in a row, without an evaluation between, that its process died. */
  interruptions: number;
  /** The metric at each evaluation; of steps that a trial went back over, the later ones. */
  readonly steps: number[];
  readonly epochs: number[];
  readonly values: number[];
  /** The best of `values`, and its step; null before the first. */
  best: { readonly value: number; readonly step: number } | null;
  stopReason: StopReason | null;
  /** Someone wants it whole: no rule stops it. */
  promoted: boolean;
  seconds: number;
  metrics: Readonly<Record<string, JsonNumber>>;
  error: Extract<JournalEntry, { entry: "ended" }>["error"];
}

/** What was found on the test split, once. */
export interface Tested {
  readonly trial: number;
  readonly metrics: Readonly<Record<string, JsonNumber>>;
}

/** Code of a trial that was interrupted because the whole search was. */
export const searchStopped = "search-stopped";

/** Whether a trial failed for want of room or rights on the disk, which is no fault of its own. */
export function isRoomTrouble(code: string | undefined): boolean {
  return code === "disk-full" || code === "run-folder-unwritable" || code === "runs-folder-unwritable";
}

/** Whether a scheduler could not take a trial or say what became of it, which is no fault of the trial either. */
export function isSchedulerTrouble(code: string | undefined): boolean {
  return code === "slurm-missing" || code === "slurm-refused";
}

export class SearchLog {
  readonly trials: TrialRecord[] = [];
  /** Trials added to the search's own number. */
  extended = 0;
  tested: Tested | null = null;

  constructor(private readonly lowerIsBetter: boolean) {}

  /** Takes an entry in. One of a trial that was never planned is passed over. */
  add(entry: JournalEntry): void {
    if (entry.entry === "extended") {
      this.extended += entry.trials;
      return;
    }
    if (entry.entry === "tested") {
      this.tested = { trial: entry.trial, metrics: entry.metrics };
      return;
    }
    if (entry.entry === "planned") {
      if (entry.trial !== this.trials.length + 1) return; // told twice
      const { trial, settings, overrides, confirms, seed } = entry;
      this.trials.push({ trial, settings, overrides, confirms, seed, state: "waiting", attempts: 0, interruptions: 0, steps: [], epochs: [], values: [], best: null, stopReason: null, promoted: false, seconds: 0, metrics: {}, error: null });
      return;
    }
    const record = this.trials[entry.trial - 1];
    if (record !== undefined) this.change(record, entry);
  }

  private change(record: TrialRecord, entry: Exclude<JournalEntry, { entry: "extended" | "tested" | "planned" }>): void {
    switch (entry.entry) {
      case "started":
        record.state = "running";
        record.attempts = entry.attempt;
        record.error = null;
        return;
      case "evaluated":
        record.interruptions = 0;
        return this.evaluated(record, entry.step, entry.epoch, fromJsonNumber(entry.value));
      case "stop":
        record.stopReason = entry.reason;
        if (record.state === "running") record.state = "stopping";
        else if (record.state === "waiting") record.state = "stopped";
        return;
      case "ended":
        record.state = entry.state;
        record.seconds = entry.seconds;
        record.metrics = entry.metrics;
        record.error = entry.error;
        return;
      case "interrupted":
        record.state = record.stopReason === null ? "waiting" : "stopped";
        if (entry.error.code !== searchStopped && !isRoomTrouble(entry.error.code) && !isSchedulerTrouble(entry.error.code)) record.interruptions += 1;
        record.error = entry.error;
        return;
      case "promoted":
        record.promoted = true;
        record.stopReason = null;
        record.interruptions = 0;
        record.state = "waiting";
        record.error = null;
    }
  }

  private evaluated(record: TrialRecord, step: number, epoch: number, value: number): void {
    const { steps, epochs, values } = record;
    while (steps.length > 0 && steps[steps.length - 1] >= step) {
      for (const list of [steps, epochs, values]) list.pop();
    }
    steps.push(step);
    epochs.push(epoch);
    values.push(value);
    if (record.best !== null && record.best.step < step && !this.isBetter(value, record.best.value)) return;
    record.best = null;
    for (let i = 0; i < values.length; i++) if (record.best === null || this.isBetter(values[i], record.best.value)) record.best = { value: values[i], step: steps[i] };
  }

  /** Whether `a` beats `b`; NaN never does. */
  isBetter(a: number, b: number): boolean {
    if (Number.isNaN(a)) return false;
    return Number.isNaN(b) || (this.lowerIsBetter ? a < b : a > b);
  }

  /** Trials of their own, without confirmations. */
  get own(): TrialRecord[] {
    return this.trials.filter(({ confirms }) => confirms === null);
  }

  /** The trainings of a trial from other seeds. */
  confirmationsOf(trial: number): TrialRecord[] {
    return this.trials.filter(({ confirms }) => confirms === trial);
  }

  /** Trials of their own with a figure, best first; those that failed at the end, whatever they had come to. */
  ranked(): TrialRecord[] {
    const failed = (record: TrialRecord): number => Number(record.state === "failed");
    return this.own
      .filter(({ best }) => best !== null)
      .sort((a, b) => failed(a) - failed(b) || (this.isBetter(a.best!.value, b.best!.value) ? -1 : this.isBetter(b.best!.value, a.best!.value) ? 1 : a.trial - b.trial));
  }

  /** How many trials of their own are over, and which is best: what lists show. */
  get standing(): NonNullable<SearchManifest["standing"]> {
    const { own } = this;
    const best = this.winner();
    return {
      done: own.filter(({ state }) => state === "finished" || state === "stopped" || state === "failed").length,
      failed: own.filter(({ state }) => state === "failed").length,
      best: best === null ? null : { trial: best.trial, value: toJsonNumber(best.best!.value) },
    };
  }

  /** The best trial whose model exists; null before there is one. */
  winner(): TrialRecord | null {
    const first = this.ranked().at(0);
    return first === undefined || first.state === "failed" || Number.isNaN(first.best!.value) ? null : first;
  }
}

/** A trial's curve as the stop rules read it. */
export function curveOf({ epochs, values }: TrialRecord): TrialCurve {
  return { epochs, values };
}
