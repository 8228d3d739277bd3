/**
 * Messages between a client (the editor's host, or the command line) and the runtime process.
 *
 * A job is handed over when the process is forked (first IPC message). A training run then listens on the local socket
 * named in its manifest: every client, the one that started it included, attaches there with one JSON object a line
 * each way, so that a window that reloads attaches again in the same manner. Short jobs answer over IPC and end.
 */
import { z } from "zod";
import { integersSchema, jsonNumbersSchema } from "./arrays.js";
import { curvatureSchema } from "./curvature.js";
import { experimentEventSchema } from "./experiment.js";
import { editSchema, findingSchema } from "./finding.js";
import { confusionMatrixSchema, exampleSchema, figuresResultSchema, projectionMethodSchema, projectionSchema, splitSchema } from "./evaluation.js";
import { layerHistogramSchema } from "./histograms.js";
import { inspectionResultSchema } from "./inspection.js";
import { manifestSchema, runStateSchema } from "./manifest.js";
import { checkEventSchema, checkpointEventSchema, endEventSchema, findingEventSchema, startEventSchema } from "./runEvents.js";
import { surfaceSchema, surfaceWishSchema } from "./surface.js";

export const jobSourceSchema = z.object({
  /** Absolute path of the training file. */
  file: z.string(),
  /** Its text, which may be newer than the disk (an unsaved editor). */
  text: z.string(),
  /** `--set path=value`, in order. */
  overrides: z.record(z.string(), z.json()),
});

/** Where the product keeps what it measured (threads, K, lowering): absolute folder. */
const storage = z.string();

/** Which libraries, from where. `cuda`: null for the newest that driver and GPU take; `index`: an index of Python packages in place of the one that pip is set to; `proxy`: in place of pip's and the environment's. */
const cudaChoice = { storage, cuda: z.union([z.literal(13), z.literal(12)]).nullable(), index: z.string().nullable(), proxy: z.string().nullable() };

export const jobSchema = z.discriminatedUnion("job", [
  z.object({
    job: z.literal("train"),
    source: jobSourceSchema,
    /** Folder in which the run's folder is created; absolute. */
    runsFolder: z.string(),
    /** The run's folder itself, absolute, in place of one that is created in `runsFolder`; it must not hold a run yet. Of a trial, whose place is known before it begins. */
    runFolder: z.string().nullable().optional(),
    /** What a run is a part of: the folder, absolute, of its search, repeat or ensemble. */
    partOf: z.string().nullable().optional(),
    /** Whether the test split is left alone: what is chosen among runs is chosen on validation. */
    holdTest: z.boolean().optional(),
    /** Folder, absolute, in which runs of one whole keep the data that they share; absent: each reads for itself. */
    dataFolder: z.string().nullable().optional(),
    storage,
    device: z.string().nullable(),
    threads: z.int().min(1).nullable(),
    seed: z.int().nullable(),
    /** Folder of the run to go on with, absolute. */
    resume: z.string().nullable(),
    /** What starts it: a host may vanish for 30 s, a command line may not. */
    owner: z.enum(["host", "cli"]),
    /** Rules' settings from the editor, below the file's own. */
    rules: z.record(z.string(), z.json()),
  }),
  z.object({ job: z.literal("lint-data"), source: jobSourceSchema, rules: z.record(z.string(), z.json()) }),
  /** `only`: ids of checks; empty for all. `rules`: settings from the editor, below the file's own. */
  z.object({ job: z.literal("check"), source: jobSourceSchema, storage, only: z.array(z.string()), device: z.string().nullable(), threads: z.int().nullable(), rules: z.record(z.string(), z.json()) }),
  /**
   * Trains the file and its changed form side by side, briefly, from so many seeds each: "Try this fix". Events follow as `experiment`; the value is an
   * `Outcome`. `name`: what the change is called. `seconds`: of training one side from one seed, at most about.
   */
  z.object({ job: z.literal("try-fix"), source: jobSourceSchema, name: z.string(), edits: z.array(editSchema), storage, device: z.string().nullable(), threads: z.int().nullable(), seeds: z.int().min(2).max(9), seconds: z.number().positive() }),
  /** Tells the causes of a run's findings apart by a tenth of the run with each of them taken away; the value is a `Verdict`. */
  z.object({ job: z.literal("tell-apart"), source: jobSourceSchema, run: z.string(), standing: z.array(z.object({ finding: findingSchema, closed: z.boolean() })), finished: z.boolean(), device: z.string().nullable(), threads: z.int().nullable() }),
  z.object({ job: z.literal("evaluate"), run: z.string(), split: z.enum(["validation", "test", "train"]), storage }),
  /**
   * Measures the curvature of the loss at a run's newest checkpoint, or of a training file at its initial weights, from at most so many examples by so many
   * Hessian-vector products. The value is `{ curvature }`; a finding comes where the rate is above what is stable.
   */
  z.object({ job: z.literal("curvature"), source: z.string(), storage, examples: z.int().min(2), products: z.int().min(2), rules: z.record(z.string(), z.json()) }),
  z.object({ job: z.literal("predict"), run: z.string(), data: z.string(), output: z.string().nullable(), storage }),
  z.object({ job: z.literal("export"), run: z.string(), output: z.string(), softmax: z.boolean(), scaling: z.boolean() }),
  z.object({ job: z.literal("differentiate"), model: z.string(), output: z.string(), loss: z.string().nullable(), wrt: z.array(z.string()).nullable() }),
  /**
   * Examples of a run that has ended, by its best weights: those of one cell of a split's confusion matrix, most confident first, or those at
   * positions in the data set. The value is `{ examples, total }` as in a `reply`; a live run answers through its socket.
   */
  z.object({ job: z.literal("examples"), run: z.string(), storage, of: z.union([
    z.object({ split: splitSchema, actual: z.int(), predicted: z.int(), offset: z.int(), limit: z.int().max(200) }),
    z.object({ indices: z.array(z.int()).max(200) }),
  ]) }),
  /** Figures of a split of a run that has ended, by the same weights: of a class, a label or a column. The value is `Figures`. */
  z.object({ job: z.literal("figures"), run: z.string(), storage, split: splitSchema, of: z.int().min(0) }),
  /**
   * Lays out what a run's layer (or `inputs`, or `auto`) makes of a split, a training file's inputs, or the points of a data file; layouts come as
   * `projection` while they form. `source`: a run's folder, a training file, a table of numbers, or a TensorBoard projector folder. The value is
   * `{ points, output, csv? }`, or the `Projection` where `picture` is said.
   */
  z.object({
    job: z.literal("project"), source: z.string(), storage, of: z.string().nullable(), method: projectionMethodSchema, split: splitSchema.nullable(),
    examples: z.int().min(2).nullable(), seed: z.int().min(0), threads: z.int().min(1).nullable(), output: z.string().nullable(), picture: z.boolean(),
  }),
  /**
   * The loss around a run's newest weights, or along the path that they took; grids come as `surface`, each finer than the one before. The value is the
   * last one, a `LossSurface`, which the run's folder keeps. `live`: the run trains at this time, and the processor is left to it.
   */
  z.object({ job: z.literal("surface"), run: z.string(), live: z.boolean(), wish: surfaceWishSchema }),
  /** Holds a run to look into: answers each `InspectionRequest` that comes over IPC, until its parent disconnects. */
  z.object({ job: z.literal("inspect"), run: z.string(), live: z.boolean() }),
  z.object({ job: z.literal("devices") }),
  /** What installing CUDA support would fetch; nothing is written. */
  z.object({ job: z.literal("plan-cuda"), ...cudaChoice }),
  /** Installs CUDA support into the storage; killed at any time, it goes on from there when it is asked for again. */
  z.object({ job: z.literal("install-cuda"), ...cudaChoice }),
  /** Lets a language model write; `run` is a run's folder or an exported model. The value is `{ model, text }`. */
  z.object({ job: z.literal("sample"), run: z.string(), prompt: z.string(), length: z.int().min(1), temperature: z.number().min(0), topK: z.int().min(1).nullable(), seed: z.int().min(0) }),
]);
export type Job = z.infer<typeof jobSchema>;

export type JobSource = z.infer<typeof jobSourceSchema>;

/** Client to run. Requests carry an id and are answered by one `reply`; commands act at the next chunk. */
export const clientMessageSchema = z.discriminatedUnion("message", [
  /** First message of a client. `panel`: someone looks, so projections are computed. */
  z.object({ message: z.literal("attach"), client: z.enum(["host", "cli"]), panel: z.boolean() }),
  z.object({ message: z.literal("watch"), panel: z.boolean() }),
  z.object({ message: z.literal("pause") }),
  z.object({ message: z.literal("resume") }),
  z.object({ message: z.literal("stop") }),
  z.object({ message: z.literal("checkpoint") }),
  /** Multiplies the schedule by value / current rate from the next chunk on. */
  z.object({ message: z.literal("set-learning-rate"), value: z.number().positive() }),
  z.object({ message: z.literal("project"), of: z.string(), method: projectionMethodSchema.optional() }),
  /** The curvature was measured at one of the run's checkpoints: what the rules say of it is told as `finding`. */
  z.object({ message: z.literal("curvature"), curvature: curvatureSchema }),
  /** Examples of one cell of the confusion matrix of the split's last evaluation, most confident first. */
  z.object({ message: z.literal("examples"), id: z.int(), split: splitSchema, actual: z.int(), predicted: z.int(), offset: z.int(), limit: z.int().max(200) }),
  /** Figures of the split's last evaluation, of a class, a label or a column; answered by `figures` with the same id. */
  z.object({ message: z.literal("figures"), id: z.int(), split: splitSchema, of: z.int().min(0) }),
  /** Answer to `flush`: everything received so far is on standard output. */
  z.object({ message: z.literal("flushed"), id: z.int() }),
  /** Examples by their position in the data set, with the last evaluation's predictions; answered in the order asked. */
  z.object({ message: z.literal("examples-at"), id: z.int(), indices: z.array(z.int()).max(200) }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** New points of one tag; `steps` and `values` have equal length, steps rise. */
export const seriesUpdateSchema = z.object({ tag: z.string(), steps: integersSchema, values: jsonNumbersSchema });
export type SeriesUpdate = z.infer<typeof seriesUpdateSchema>;

export const progressSchema = z.object({
  step: z.int(), totalSteps: z.int(), epoch: z.number(), epochs: z.number(),
  stepsPerSecond: z.number(), secondsLeft: z.number().nullable(), secondsElapsed: z.number(),
  /** Share of the training time, within [0, 1], that steps waited for their examples to be read; only of streamed data. */
  waitingForData: z.number().optional(),
  /** What is trained where it is not the whole model yet: "pretraining dense_1, 1 of 3". */
  phase: z.string().optional(),
});
export type Progress = z.infer<typeof progressSchema>;

/** Run to client. */
export const runtimeMessageSchema = z.discriminatedUnion("event", [
  /**
   * Answer to `attach`: how the run stands. Every point up to here is in the run's folder, every later one follows as `series`; a client
   * that reads the folder afterwards may meet points twice, and keeps one of a step.
   */
  z.object({ event: z.literal("attached"), manifest: manifestSchema, step: z.int(), progress: progressSchema.nullable(), confusion: z.array(confusionMatrixSchema), projection: projectionSchema.nullable() }),
  z.object({ event: z.literal("state"), state: runStateSchema }),
  startEventSchema,
  z.object({ event: z.literal("progress"), ...progressSchema.shape }),
  /** At most 30 times a second. `epoch` is that of the last step. */
  z.object({ event: z.literal("series"), epoch: z.number(), series: z.array(seriesUpdateSchema) }),
  findingEventSchema,
  checkpointEventSchema,
  /** How the layers' values lie, at an evaluation. */
  z.object({ event: z.literal("histograms"), histograms: z.array(layerHistogramSchema) }),
  z.object({ event: z.literal("confusion"), matrix: confusionMatrixSchema }),
  /** `done`: the layout has formed; false while it does. */
  z.object({ event: z.literal("projection"), projection: projectionSchema, done: z.boolean().optional() }),
  z.object({ event: z.literal("log"), level: z.enum(["debug", "info", "warning", "error"]), text: z.string() }),
  /** A checkpoint is about to be written: a command line answers `flushed` when what it received so far has been printed. */
  z.object({ event: z.literal("flush"), id: z.int() }),
  z.object({ event: z.literal("reply"), id: z.int(), result: z.union([
    z.object({ ok: z.literal(true), examples: z.array(exampleSchema), total: z.int() }),
    z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
  ]) }),
  z.object({ event: z.literal("figures"), id: z.int(), result: figuresResultSchema }),
  endEventSchema,
]);
export type RuntimeMessage = z.infer<typeof runtimeMessageSchema>;

/** Over IPC, from a forked process: a training run says where it listens, short jobs give their results. */
export const ipcMessageSchema = z.discriminatedUnion("ipc", [
  z.object({ ipc: z.literal("listening"), run: z.string(), socket: z.string() }),
  /** The job cannot be done: wrong input. Nothing was written. */
  z.object({ ipc: z.literal("refused"), error: z.object({ code: z.string(), message: z.string(), file: z.string().optional(), path: z.string().optional(), range: z.object({ start: z.object({ line: z.int(), column: z.int() }), end: z.object({ line: z.int(), column: z.int() }) }).optional() }) }),
  z.object({ ipc: z.literal("finding"), finding: findingSchema }),
  z.object({ ipc: z.literal("check"), check: checkEventSchema }),
  z.object({ ipc: z.literal("experiment"), experiment: experimentEventSchema }),
  z.object({ ipc: z.literal("progress"), text: z.string(), fraction: z.number().nullable() }),
  z.object({ ipc: z.literal("log"), level: z.enum(["debug", "info", "warning", "error"]), text: z.string() }),
  z.object({ ipc: z.literal("projection"), projection: projectionSchema }),
  z.object({ ipc: z.literal("surface"), surface: surfaceSchema }),
  /** The answer to the inspection of this number, from 0, in the order asked. */
  z.object({ ipc: z.literal("inspected"), id: z.int(), result: inspectionResultSchema }),
  z.object({ ipc: z.literal("done"), value: z.json() }),
]);
export type IpcMessage = z.infer<typeof ipcMessageSchema>;
