/** Several runs of one file that belong together, as their folder says: repeats from other seeds, the folds of a cross-validation, the members of an ensemble. */
import { z } from "zod";
import { findingSchema } from "./finding.js";
import { jsonNumberSchema } from "./runEvents.js";

/** What the runs are to each other. */
export const groupKindSchema = z.enum(["seeds", "folds", "independent", "snapshot"]);
export type GroupKind = z.infer<typeof groupKindSchema>;

export const memberStateSchema = z.enum(["waiting", "running", "finished", "finished early", "stopped", "failed"]);

const errorSchema = z.object({ code: z.string(), message: z.string(), path: z.string().optional(), file: z.string().optional() });

/** One run of a group: `members/<id>` is its folder. */
export const memberSchema = z.object({
  /** `0000`, counted from 0. */
  id: z.string(),
  /** What tells it from the others: `seed 3`, `fold 2 of 5`. */
  label: z.string(),
  /** Values set over the file's own and the group's. */
  overrides: z.record(z.string(), z.json()),
  /** The member before it, from whose last weights it goes on; of snapshots. */
  after: z.string().nullable(),
  state: memberStateSchema,
  /** Where it waits in a cluster's queue: its job and the scheduler's reason, `job 12_3 (Resources)`. */
  queued: z.string().optional(),
  error: errorSchema.nullable(),
});
export type Member = z.infer<typeof memberSchema>;

const number = jsonNumberSchema;

/** A metric over the runs that ended well; `interval`: 95 %, of the mean. */
export const metricSummarySchema = z.object({
  n: z.int(), mean: number, deviation: number, interval: z.tuple([number, number]).nullable(), smallest: number, largest: number,
});
export type MetricSummary = z.infer<typeof metricSummarySchema>;

/** What came of a group, by the metrics of the weights that its runs kept. */
export const groupSummarySchema = z.object({
  runs: z.int(),
  /** Runs that failed: they are not among the figures. */
  failed: z.int(),
  metrics: z.record(z.string(), metricSummarySchema),
  findings: z.array(findingSchema),
});
export type GroupSummary = z.infer<typeof groupSummarySchema>;

export const groupStateSchema = z.enum(["running", "finished", "stopped", "failed"]);
export type GroupState = z.infer<typeof groupStateSchema>;

/** `group.json`: what a group is and how it stands. Replaced whole, atomically, at each change and every few seconds while its controller lives. */
export const groupManifestSchema = z.object({
  version: z.literal(1),
  /** The folder's name. */
  id: z.string(),
  name: z.string(),
  /** Absolute path of the training file. */
  file: z.string(),
  /** The stored copy's name within the folder. */
  storedFile: z.string(),
  /** Values set from outside, in every run. */
  overrides: z.record(z.string(), z.json()),
  created: z.iso.datetime(),
  updated: z.iso.datetime(),
  kind: groupKindSchema,
  state: groupStateSchema,
  /** Where the runs are executed. */
  executor: z.enum(["local", "slurm"]),
  /** The controller's process, and its machine. */
  pid: z.int().nullable(),
  host: z.string(),
  members: z.array(memberSchema),
  /** Of the runs that have ended so far. */
  summary: groupSummarySchema.nullable(),
});
export type GroupManifest = z.infer<typeof groupManifestSchema>;

/** The last object of `train --json` for a group. */
export const summaryEventSchema = z.object({ event: z.literal("summary"), group: z.string(), kind: groupKindSchema, ...groupSummarySchema.omit({ findings: true }).shape });
export type SummaryEvent = z.infer<typeof summaryEventSchema>;
