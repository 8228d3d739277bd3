/** A search on disk and between processes: its plan, its journal, and what a client may ask of it while it goes on. */
import { z } from "zod";
import { findingSchema, rangeSchema } from "./finding.js";
import { jsonNumberSchema } from "./runEvents.js";
import { jobSourceSchema, progressSchema } from "./runtime.js";

/** A setting that is searched. One that belongs to an option of another (the momentum of sgd) is there only in trials that chose it. */
export const dimensionSchema = z.object({
  /** Path into the training file, unique within the search. */
  path: z.string(),
  range: z.discriminatedUnion("kind", [
    /** `labels` in the order of the options, each different. */
    z.object({ kind: z.literal("choice"), labels: z.array(z.string()) }),
    z.object({ kind: z.enum(["uniform", "log_uniform", "integer", "log_integer"]), low: z.number(), high: z.number() }),
  ]),
  when: z.object({ path: z.string(), label: z.string() }).nullable(),
});
export type Dimension = z.infer<typeof dimensionSchema>;

/** What a trial drew, by path: a number of a range, or the label of an option. */
export const settingsSchema = z.record(z.string(), z.union([z.number(), z.string()]));
export type TrialSettings = z.infer<typeof settingsSchema>;

export const strategySchema = z.enum(["random", "grid", "halving"]);

const trial = z.int().min(1);

const searchStateSchema = z.enum(["running", "stopping", "finished", "stopped", "failed"]);

const errorSchema = z.object({ code: z.string(), message: z.string(), path: z.string().optional(), file: z.string().optional() });

/** `search.json`: what a search is and how it stands. Written whole, atomically, at each change of state and every few seconds while its controller lives. */
export const searchManifestSchema = z.object({
  version: z.literal(1),
  /** The folder's name. */
  id: z.string(),
  name: z.string(),
  /** Absolute path of the training file. */
  file: z.string(),
  /** The stored copy's name within the folder. */
  storedFile: z.string(),
  /** Values set from outside, in every trial. */
  overrides: z.record(z.string(), z.json()),
  created: z.iso.datetime(),
  updated: z.iso.datetime(),
  state: searchStateSchema,
  pid: z.int().nullable(),
  host: z.string(),
  /** Socket (or named pipe) on which a live search listens. */
  socket: z.string().nullable(),
  /** Where the trials are executed; a search stays where it was begun. */
  executor: z.enum(["local", "slurm"]).default("local"),
  strategy: strategySchema,
  /** Trials that there are to be, with those added later; confirmations of the winner come on top. */
  trials: z.int(),
  metric: z.string(),
  lowerIsBetter: z.boolean(),
  dimensions: z.array(dimensionSchema),
  /** Trials at the same time. */
  slots: z.int(),
  /** How it stood when this was written, for lists; the journal is what counts. */
  standing: z.object({ done: z.int(), failed: z.int(), best: z.object({ trial, value: jsonNumberSchema }).nullable() }).optional(),
  error: errorSchema.nullable(),
});
export type SearchManifest = z.infer<typeof searchManifestSchema>;

export const trialStateSchema = z.enum(["waiting", "running", "stopping", "finished", "stopped", "failed"]);
export type TrialState = z.infer<typeof trialStateSchema>;

/** Why a trial was ended before its time. */
export const stopReasonSchema = z.enum(["median", "halving", "user"]);
export type StopReason = z.infer<typeof stopReasonSchema>;

const at = z.iso.datetime();

/** A line of the journal. Replayed in order they give how the search stands; trials count from 1. */
export const journalEntrySchema = z.discriminatedUnion("entry", [
  /** `confirms`: it trains that trial, the winner, once more from another seed, to see how much of its lead is luck; null: a trial of its own. */
  z.object({ entry: z.literal("planned"), at, trial, settings: settingsSchema, overrides: z.record(z.string(), z.json()), confirms: trial.nullable(), seed: z.int().nullable() }),
  z.object({ entry: z.literal("started"), at, trial, attempt: z.int().min(1) }),
  /** `value`: the search's metric; points at or after `step` give way: a trial that goes on may go back. */
  z.object({ entry: z.literal("evaluated"), at, trial, step: z.int(), epoch: z.number(), value: jsonNumberSchema }),
  /** It was decided to stop it; from now on it is not started again by itself. */
  z.object({ entry: z.literal("stop"), at, trial, reason: stopReasonSchema }),
  z.object({
    entry: z.literal("ended"), at, trial,
    state: z.enum(["finished", "stopped", "failed"]),
    /** Seconds of training, steps done. */
    seconds: z.number(), steps: z.int(),
    metrics: z.record(z.string(), jsonNumberSchema),
    error: errorSchema.nullable(),
  }),
  /** A process died, a disk was full: it goes on from its checkpoint as soon as there is a place. */
  z.object({ entry: z.literal("interrupted"), at, trial, error: errorSchema }),
  /** A trial that was stopped or failed is to go on, and is not stopped by rules any more. */
  z.object({ entry: z.literal("promoted"), at, trial }),
  z.object({ entry: z.literal("extended"), at, trials: z.int().min(1) }),
  /** The winner on the test split, which is looked at once. */
  z.object({ entry: z.literal("tested"), at, trial, metrics: z.record(z.string(), jsonNumberSchema) }),
]);
export type JournalEntry = z.infer<typeof journalEntrySchema>;

/** Client to search: one JSON object a line. */
export const searchClientMessageSchema = z.discriminatedUnion("message", [
  /** First message; a search that an editor started ends when no editor is attached for half a minute. */
  z.object({ message: z.literal("attach"), client: z.enum(["host", "cli"]) }),
  z.object({ message: z.literal("stop") }),
  z.object({ message: z.literal("stop-trial"), trial }),
  z.object({ message: z.literal("promote"), trial }),
  z.object({ message: z.literal("extend"), trials: z.int().min(1).max(100_000) }),
]);
export type SearchClientMessage = z.infer<typeof searchClientMessageSchema>;

const trialProgressSchema = progressSchema.extend({ trial });
export type TrialProgress = z.infer<typeof trialProgressSchema>;

/** A trial that waits in a cluster's queue: its job, and the scheduler's reason (`Resources`; empty: none given). */
export const queuedTrialSchema = z.object({ trial, job: z.string(), reason: z.string() });
export type QueuedTrial = z.infer<typeof queuedTrialSchema>;

/** Search to client. */
export const searchMessageSchema = z.discriminatedUnion("event", [
  /** Answer to `attach`, and again at each change of state. */
  z.object({ event: z.literal("search"), manifest: searchManifestSchema }),
  /** An entry that is on disk. */
  z.object({ event: z.literal("entry"), entry: journalEntrySchema }),
  /** The trials under way, a few times a second, and those in a cluster's queue. */
  z.object({ event: z.literal("progress"), trials: z.array(trialProgressSchema), queued: z.array(queuedTrialSchema).default([]) }),
  z.object({ event: z.literal("finding"), finding: findingSchema }),
  z.object({ event: z.literal("log"), level: z.enum(["debug", "info", "warning", "error"]), text: z.string() }),
]);
export type SearchMessage = z.infer<typeof searchMessageSchema>;

/** What the process of a search is forked for; its first IPC message. */
export const searchJobSchema = z.object({
  from: z.union([
    z.object({ source: jobSourceSchema, runsFolder: z.string(), executor: z.enum(["local", "slurm"]) }),
    /** A search to go on with, the trials to add, and one that was stopped or failed and is to go on. */
    z.object({ folder: z.string(), more: z.int().min(0), promote: trial.nullable() }),
  ]),
  /** The bundle that trains, and where measurements are kept; absolute. */
  runtimePath: z.string(),
  storage: z.string(),
  /** The command line's bundle, absolute: what a cluster's jobs run. */
  cliPath: z.string(),
  device: z.string().nullable(),
  rules: z.record(z.string(), z.json()),
});
export type SearchJob = z.infer<typeof searchJobSchema>;

/** From that process: the search exists and listens, or it cannot be begun. */
export const searchIpcSchema = z.discriminatedUnion("ipc", [
  z.object({ ipc: z.literal("opened"), folder: z.string(), socket: z.string() }),
  z.object({ ipc: z.literal("refused"), error: z.object({ code: z.string(), message: z.string(), file: z.string().optional(), path: z.string().optional(), range: rangeSchema.optional() }) }),
]);
