/** Writes a run's folder while it goes on, and outlives a disk that is full for a while. */
import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../../common/errors.js";
import type { ConfusionMatrix, Projection } from "../../protocol/evaluation.js";
import type { Finding } from "../../protocol/finding.js";
import type { Manifest } from "../../protocol/manifest.js";
import { writeFileAtomic } from "../../runs/atomicFile.js";
import { writeState, type StoredState } from "../../runs/checkpoints.js";
import { writeEvaluation, type LastEvaluation } from "../../runs/evaluationFile.js";
import { appendEvaluations, appendProjections } from "../../runs/evaluationHistory.js";
import { EventFileWriter, type WrittenHistogram } from "../../runs/events/eventFileWriter.js";
import { appendFindings } from "../../runs/findingsFile.js";
import { overwriteManifest, writeManifest } from "../../runs/manifestFile.js";
import { runFiles } from "../../runs/runFolder.js";

export type Split = "train" | "validation" | "test";

/** Bytes of event records that may wait for a disk with room; about a million steps. */
const mostPending = 256 * 1024 * 1024;

export interface RecorderOptions {
  readonly folder: string;
  /** The first step that follows: what the folder has from there on is of a stretch that is given up. */
  readonly firstStep: number;
  /** Told once when the folder cannot be written to, and once when it can again. */
  readonly onTrouble: (error: DescentError) => void;
  readonly onRecovery: () => void;
}

export class Recorder {
  readonly folder: string;
  private readonly events: Readonly<Record<Split, EventFileWriter>>;
  /** Splits that have something to write: the others get no file. */
  private readonly touched = new Set<Split>();
  private readonly unwrittenFindings: Finding[] = [];
  private readonly unwrittenMatrices: ConfusionMatrix[] = [];
  private readonly unwrittenProjections: Projection[] = [];
  private trouble: DescentError | null = null;
  /** What could not be written when it was last tried. */
  private readonly unwritten = new Set<string>();
  private told = false;

  constructor(private readonly options: RecorderOptions) {
    this.folder = options.folder;
    const writer = (split: Split) => new EventFileWriter(path.join(options.folder, split), options.firstStep);
    this.events = { train: writer("train"), validation: writer("validation"), test: writer("test") };
    // of a resumed run: its earlier points must be called back even if none follow
    for (const split of ["train", "validation", "test"] as const) if (fs.existsSync(path.join(options.folder, split))) this.touched.add(split);
  }

  /** The values of a step, by tag without sub-folder. In the file after the next `flush`. */
  scalars(split: Split, step: number, tags: readonly string[], values: readonly number[]): void {
    this.events[split].scalars(Date.now() / 1000, step, tags, values);
    this.touched.add(split);
  }

  /** How values lie at a step, by tag without sub-folder. In the file after the next `flush`. */
  histogram(split: Split, step: number, tag: string, histogram: WrittenHistogram): void {
    this.events[split].histogram(Date.now() / 1000, step, tag, histogram);
    this.touched.add(split);
  }

  /**
   * Hands what waits to the operating system. What cannot be written now is kept and tried again at the next call; only when too much
   * waits does it throw `disk-full` or `run-folder-unwritable`.
   */
  flush(): void {
    const done = this.attempt("events", () => {
      for (const split of this.touched) this.events[split].flush();
      appendFindings(this.folder, this.unwrittenFindings);
      this.unwrittenFindings.length = 0;
      appendEvaluations(this.folder, this.unwrittenMatrices);
      this.unwrittenMatrices.length = 0;
      appendProjections(this.folder, this.unwrittenProjections);
      this.unwrittenProjections.length = 0;
    });
    if (!done && this.trouble && Object.values(this.events).reduce((sum, writer) => sum + writer.pending, 0) > mostPending) throw this.trouble;
  }

  /** A confusion matrix to the history of evaluations. */
  matrix(matrix: ConfusionMatrix): void {
    this.unwrittenMatrices.push(matrix);
    this.flush();
  }

  /** A layout that has formed to the history of projections. */
  projection(projection: Projection): void {
    this.unwrittenProjections.push(projection);
    this.flush();
  }

  findings(findings: readonly Finding[]): void {
    this.unwrittenFindings.push(...findings);
    this.flush();
  }

  /** Replaces the manifest. Whether it worked. */
  manifest(manifest: Manifest): boolean {
    return this.attempt("manifest", () => writeManifest(this.folder, manifest));
  }

  /** The manifest of a run that has ended: on a full disk in the place of the old one. Whether it worked. */
  lastManifest(manifest: Manifest): boolean {
    return this.manifest(manifest) || this.attempt("manifest", () => overwriteManifest(this.folder, manifest));
  }

  evaluation(evaluation: LastEvaluation): void {
    this.attempt("evaluation", () => writeEvaluation(this.folder, evaluation));
  }

  /** Stores a checkpoint after everything before it is on the disk itself; null where that fails: earlier checkpoints stand. */
  checkpoint(step: number, state: Uint8Array, keep: number): StoredState | null {
    let stored: StoredState | null = null;
    this.flush();
    this.attempt("checkpoint", () => {
      for (const split of this.touched) this.events[split].sync();
      stored = writeState(this.folder, step, state, keep);
    });
    return stored;
  }

  /** Replaces one of the models in `checkpoints/`. Whether it worked. */
  model(kind: "best" | "last", model: Uint8Array): boolean {
    return this.attempt("model", () => {
      fs.mkdirSync(path.join(this.folder, runFiles.checkpoints), { recursive: true });
      writeFileAtomic(path.join(this.folder, kind === "best" ? runFiles.bestModel : runFiles.lastModel), model);
    });
  }

  /** Writes the rest and closes the files. Gives what could not be written, as an error; null where all is in place. */
  close(): DescentError | null {
    const done = this.attempt("events", () => {
      for (const split of this.touched) this.events[split].close();
      appendFindings(this.folder, this.unwrittenFindings);
      this.unwrittenFindings.length = 0;
    });
    return done ? null : this.trouble;
  }

  /** Trouble lasts until whatever could not be written has been: a small file that finds room is no sign of it. */
  private attempt(what: string, write: () => void): boolean {
    try {
      write();
    } catch (thrown) {
      this.trouble = writeError(thrown, this.folder);
      this.unwritten.add(what);
      const first = !this.told;
      this.told = true; // before it is told: what is told is written too
      if (first) this.options.onTrouble(this.trouble);
      return false;
    }
    this.unwritten.delete(what);
    if (this.told && this.unwritten.size === 0) {
      this.told = false;
      this.trouble = null;
      this.options.onRecovery();
    }
    return true;
  }
}

/** A failure to write the run's folder, by its code. */
export function writeError(thrown: unknown, folder: string): DescentError {
  if (thrown instanceof DescentError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new DescentError("disk-full", `No room is left for the run in ${folder}.`, { file: folder }, { cause: thrown });
  }
  return new DescentError("run-folder-unwritable", `The run's folder ${folder} cannot be written to: ${message}`, { file: folder }, { cause: thrown });
}
