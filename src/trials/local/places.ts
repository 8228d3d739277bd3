import os from "node:os";
import type { TrainingConfig } from "../../engine/training/config.js";
import { LocalExecutor, type LocalOptions } from "./localExecutor.js";

export interface Places {
  /** Runs at the same time. */
  readonly slots: number;
  /** Threads of each; null: what the file says. */
  readonly threads: number | null;
}

/**
 * How runs share this machine: one a core, each on one thread, for independent runs use cores better than threads within one do; on a GPU
 * one, as its memory holds one for certain. `parallel`: a number of runs instead, which then share the cores evenly.
 */
export function placesFor({ device, threads }: Pick<TrainingConfig, "device" | "threads">, parallel: number | "auto", cores = os.availableParallelism()): Places {
  const onProcessor = device === "cpu" || device === "auto";
  const own = typeof threads === "number" ? threads : null;
  const slots = parallel !== "auto" ? parallel : !onProcessor ? 1 : Math.max(1, Math.floor(cores / (own ?? 1)));
  return { slots, threads: own === null ? Math.max(1, Math.floor(cores / slots)) : null };
}

/** The executor of this machine for runs of a file. */
export function localExecutorFor(config: TrainingConfig, parallel: number | "auto", options: Omit<LocalOptions, "slots" | "threads">): LocalExecutor {
  return new LocalExecutor({ ...options, ...placesFor({ device: options.device ?? config.device, threads: config.threads }, parallel) });
}
