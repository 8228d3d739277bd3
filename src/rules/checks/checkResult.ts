import type { Dataset } from "../../engine/data/types.js";
import type { Backend, Provider } from "../../engine/training/backend.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { JsonNumber } from "../../common/numbers.js";
import type { Category, Fix, Problem } from "../../protocol/finding.js";

/** What a short experiment works with. */
export interface CheckOptions {
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly backend: Backend;
  readonly provider: Provider;
  readonly threads: number;
  /** Free bytes; null where they are not known. */
  readonly memory: number | null;
  /** Share of the experiment that is done, within [0, 1]. */
  readonly onProgress: (fraction: number) => void;
  readonly log: (level: "debug" | "info" | "warning", text: string) => void;
}

/** What most likely causes a failure, and where in the file that is. */
export interface Cause {
  readonly category: Category;
  readonly path: string;
  readonly confidence: number;
  /** Default: a problem with learning. */
  readonly problem?: Problem;
  readonly fixes?: readonly Fix[];
}

export type Figures = Readonly<Record<string, JsonNumber | string | readonly JsonNumber[]>>;

/** What a short experiment found. */
export interface CheckResult {
  readonly status: "passed" | "failed" | "skipped";
  readonly message: string;
  readonly figures: Figures;
  /** Of a failure; else null. */
  readonly cause: Cause | null;
}

/** A short experiment. Throws what building the model throws. */
export type Check = (options: CheckOptions) => Promise<CheckResult>;

export function passed(message: string, figures: Figures): CheckResult {
  return { status: "passed", message, figures, cause: null };
}

export function failed(message: string, figures: Figures, cause: Cause): CheckResult {
  return { status: "failed", message, figures, cause };
}

/** The experiment says nothing about this file; `message` says why. */
export function skipped(message: string, figures: Figures = {}): CheckResult {
  return { status: "skipped", message, figures, cause: null };
}
