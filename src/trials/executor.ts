/**
 * How a run that is one of many is done: a trial of a search, a repeat with another seed, a member of an ensemble. What decides which
 * runs there are (the controller) knows nothing of processes or schedulers; an executor knows nothing of what the runs are for.
 *
 * The controller gives a training file with values set by path, a seed and the run's own folder, hears how it goes, and gets one outcome.
 * Everything lasting is in the run's folder, which has the form of every run's; so an executor may lose its process, or be another one
 * after a restart, and `start` with the same folder goes on from what is there.
 */
import type { SerializedError } from "../common/errors.js";
import type { Finding } from "../protocol/finding.js";
import type { Manifest } from "../protocol/manifest.js";
import type { JobSource, Progress } from "../protocol/runtime.js";

/** One run that is asked for. */
export interface TrialRequest {
  /** Unique among the runs of one controller, and a file name: `0007`. */
  readonly id: string;
  /** Training file and values set by path (`optimizer.adam.lr` to 1e-3), which go over the file's own. */
  readonly source: JobSource;
  /** Over the file's own; null leaves it. */
  readonly seed: number | null;
  /**
   * The run's folder, absolute; made when the run begins. Where it holds a run that has not ended well, that one goes on from its last
   * checkpoint (a trial that was stopped and is promoted, a controller that was killed); where it holds a finished one, that is the outcome.
   */
  readonly runFolder: string;
  /** Folder, absolute, of the search, repeat or ensemble that the run is a part of; it goes into the run's manifest. */
  readonly partOf: string | null;
  /** Whether the test split is left alone, so that nothing can be chosen by it. Default: it is measured at the end, as ever. */
  readonly holdTest?: boolean;
}

/** What a run tells on its way. Steps count from 1 and never fall, but where a run goes back to its checkpoint. */
export type TrialEvent =
  /** It waits in a scheduler's queue, as this job, for the scheduler's own reason (`Resources`, `Priority`; empty: none given yet); again when the reason changes, and after a requeue. */
  | { readonly kind: "queued"; readonly job: string; readonly reason: string }
  /** Its manifest is there, and it trains. `goesOn`: from a checkpoint. */
  | { readonly kind: "started"; readonly manifest: Manifest; readonly goesOn: boolean }
  /** A few times a second; what an executor cannot know is null. */
  | { readonly kind: "progress"; readonly progress: Progress }
  /** The scalars of an evaluation by name (`validation/loss`, with the last `train/...` beside them); NaN and infinities stay what they are. */
  | { readonly kind: "evaluated"; readonly step: number; readonly epoch: number; readonly values: Readonly<Record<string, number>> }
  | { readonly kind: "finding"; readonly finding: Finding }
  | { readonly kind: "log"; readonly level: "debug" | "info" | "warning" | "error"; readonly text: string };

/** How a run came out; every request gets exactly one. */
export type TrialOutcome =
  /** By itself or because it was stopped: `manifest.state` says which (`finished`, `finished early`, `stopped`, `failed` with `manifest.error`). */
  | { readonly kind: "ended"; readonly manifest: Manifest }
  /** It cannot be begun: values that do not go together, data that cannot be read. Nothing was written. */
  | { readonly kind: "refused"; readonly error: SerializedError }
  /** Stopped before it began. */
  | { readonly kind: "cancelled" }
  /** Its folder is gone, its process or node died, or no place to run was found. `retry`: starting it again may help, and goes on from its checkpoint. */
  | { readonly kind: "lost"; readonly error: SerializedError; readonly retry: boolean };

/** A run under way, or waiting for a place. */
export interface Trial {
  readonly request: TrialRequest;
  /** Never rejects; no event follows it. */
  readonly outcome: Promise<TrialOutcome>;
  /** Ends it, soon, with a checkpoint; one that waits is cancelled. Asking twice is the same as once. */
  stop(): void;
}

export interface Executor {
  /** Runs that are done at the same time; more may be started, and wait. */
  readonly slots: number;
  /** Whether its runs go on when this process is gone: `start` of the same folder then finds them again. Otherwise they end, with a checkpoint. */
  readonly outlives: boolean;
  /**
   * Takes a run on, at once or when a place is free, in the order of asking. `onEvent` is called in the order of events and must not
   * throw. Never throws itself: what goes wrong is the outcome.
   */
  start(request: TrialRequest, onEvent: (event: TrialEvent) => void): Trial;
  /** Stops what is under way and waiting; settles when all outcomes are there. */
  close(): Promise<void>;
}
