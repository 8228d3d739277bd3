/** Messages between the host and the run panel's webview (structured clone: typed arrays and NaN pass). */
import { z } from "zod";
import { curvatureSchema } from "./curvature.js";
import { curveAnswerSchema, curveFactsSchema, curveRequestSchema } from "./curves.js";
import { findingSchema } from "./finding.js";
import { confusionMatrixSchema, exampleSchema, figuresResultSchema, projectionMethodSchema, projectionSchema, splitSchema } from "./evaluation.js";
import { layerHistogramSchema } from "./histograms.js";
import { inspectionRequestSchema, inspectionResultSchema } from "./inspection.js";
import { mediaTagSchema, mediaValueSchema, unshownMediaSchema } from "./logMedia.js";
import { manifestSchema } from "./manifest.js";
import { progressSchema } from "./runtime.js";
import { verdictSchema } from "./runEvents.js";
import { surfaceSchema, surfaceWishSchema } from "./surface.js";

/** How the charts of a panel are arranged; charts are known by their ids (`loss`, `metric accuracy`). */
const chartLayoutSchema = z.object({
  /** Ids in the order chosen; charts that are not among them come after, in their own order. */
  order: z.array(z.string()).max(2000),
  /** These stand before all others, and are drawn large. */
  pinned: z.array(z.string()).max(2000),
  hidden: z.array(z.string()).max(2000),
  /** Headings that the user gave. */
  names: z.record(z.string(), z.string().max(200)),
  /** Whether the value axis is logarithmic, where the user said so. */
  log: z.record(z.string(), z.boolean()),
});
export type ChartLayout = z.infer<typeof chartLayoutSchema>;

/** What the user arranged, kept by the host in the workspace's storage. */
export const layoutSchema = z.object({
  tab: z.enum(["curves", "layers", "evaluation", "projection", "surface", "examples", "media", "file"]),
  smoothing: z.number().min(0).max(0.999),
  logLoss: z.boolean(),
  /** What the cells of a confusion matrix say, and whether the classes that are confused most come first. */
  cells: z.enum(["counts", "rows", "columns"]).default("counts"),
  worstFirst: z.boolean().default(false),
  /** x axis of the curves. */
  x: z.enum(["step", "epoch", "time", "examples"]),
  /** Whether it is logarithmic. */
  logX: z.boolean().default(false),
  /** Whether outliers are left out of the value axes. */
  clip: z.boolean().default(false),
  charts: chartLayoutSchema.default({ order: [], pinned: [], hidden: [], names: {}, log: {} }),
});
export type Layout = z.infer<typeof layoutSchema>;

/** A finding with what its rule says; without a title ("Learning rate too high") the panel reads the rule's id aloud. */
const panelFindingSchema = findingSchema.extend({
  title: z.string().optional(),
  /** Why it matters, and what to do. */
  why: z.string().optional(),
  what: z.string().optional(),
  /** Tags of the scalars that show it. */
  curves: z.array(z.string()).optional(),
  /** Places of its fixes that can be tried. */
  triable: z.array(z.int()).optional(),
});
export type PanelFinding = z.infer<typeof panelFindingSchema>;

/** Host to panel. The panel takes messages only after it sent `ready`; `init` comes first, and again when another run is shown. */
export const hostMessageSchema = z.discriminatedUnion("message", [
  /** Everything known; the panel forgets what it had. `run` null: nothing to show yet. */
  z.object({
    message: z.literal("init"),
    run: manifestSchema.nullable(),
    /** The run's folder. The panel keeps `{ folder }` as its state (`setState`), by which the host knows it again after a window reload. */
    folder: z.string().nullable(),
    /** The training file's stored text, and whether the file has changed since. */
    file: z.object({ name: z.string(), text: z.string(), changed: z.boolean() }).nullable(),
    layout: layoutSchema.nullable(),
    /** Milliseconds between redraws. */
    refresh: z.number(),
  }),
  /** Which curves there are. `replace`: what was known before is forgotten. Later on only what changed, about once a second. */
  z.object({ message: z.literal("facts"), replace: z.boolean(), facts: z.array(curveFactsSchema) }),
  /** Points came, up to this step: the panel asks (`columns`) for what it shows of them, at once. */
  z.object({ message: z.literal("grew"), step: z.number() }),
  /** How a layer's values lay, in answer to `histograms` (`replace`), and what comes later. */
  z.object({ message: z.literal("histograms"), layer: z.string(), replace: z.boolean(), histograms: z.array(layerHistogramSchema) }),
  /** Answer to `columns`, in the order asked; empty where the curves cannot be read any more. */
  z.object({ message: z.literal("columns"), id: z.int(), answers: z.array(curveAnswerSchema) }),
  /** The run's history is known whole. */
  z.object({ message: z.literal("loaded") }),
  z.object({ message: z.literal("manifest"), run: manifestSchema }),
  z.object({ message: z.literal("progress"), progress: progressSchema.nullable() }),
  /** All findings of the run, worst first as the host sorts them; `open-finding` and `apply-fix` give the place in this list. */
  z.object({ message: z.literal("findings"), findings: z.array(panelFindingSchema), /** Causes that they leave, where a short experiment can tell them apart. */ causes: z.int().optional() }),
  /** What an experiment saw that took away one cause of the findings at a time. */
  z.object({ message: z.literal("told-apart"), verdict: verdictSchema }),
  z.object({ message: z.literal("confusion"), matrix: confusionMatrixSchema }),
  z.object({ message: z.literal("projection"), projection: projectionSchema }),
  /** Every measurement of the run's curvature, in the order in which they were made. */
  z.object({ message: z.literal("curvature"), figures: z.array(curvatureSchema) }),
  /** How far a measurement is, within [0, 1]; null: none is under way, `problem` says why where one failed. */
  z.object({ message: z.literal("curvature-progress"), fraction: z.number().nullable(), problem: z.string().nullable() }),
  /** What was asked to be laid out cannot be. */
  z.object({ message: z.literal("projection-failed"), text: z.string() }),
  /** Matrices of every evaluation, in answer to `evaluations`; in pieces, the last one says `done`. `of`: the folder of the run asked for, null for the one shown. */
  z.object({ message: z.literal("evaluations"), of: z.string().nullable(), matrices: z.array(confusionMatrixSchema), done: z.boolean() }),
  /** Other runs that may be compared with, newest first. */
  z.object({ message: z.literal("comparable"), runs: z.array(z.object({ folder: z.string(), name: z.string() })) }),
  z.object({ message: z.literal("figures"), id: z.int(), result: figuresResultSchema }),
  z.object({ message: z.literal("examples"), id: z.int(), result: z.union([
    z.object({ ok: z.literal(true), examples: z.array(exampleSchema), total: z.int() }),
    z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
  ]) }),
  /** The loss surfaces that the run keeps, in answer to `surfaces`, in the order in which they were computed. */
  z.object({ message: z.literal("surfaces"), surfaces: z.array(surfaceSchema) }),
  /** How far the surface that was asked for is. */
  z.object({ message: z.literal("surface-progress"), text: z.string(), fraction: z.number().nullable() }),
  /** A grid of it, coarse at first; `done`: the finest. */
  z.object({ message: z.literal("surface"), surface: surfaceSchema, done: z.boolean() }),
  /** It cannot be computed, or was cancelled (code `cancelled`). */
  z.object({ message: z.literal("surface-failed"), code: z.string(), text: z.string() }),
  z.object({ message: z.literal("inspected"), id: z.int(), result: inspectionResultSchema }),
  /** Points at a step in the curves. */
  z.object({ message: z.literal("show-step"), step: z.int() }),
  /** Which tags of a log of others hold images, texts, histograms and PR curves; whole, each time it changes. */
  z.object({ message: z.literal("media"), tags: z.array(mediaTagSchema), unshown: z.array(unshownMediaSchema) }),
  /** Answer to `media-value`. */
  z.object({ message: z.literal("media-value"), id: z.int(), result: z.union([
    z.object({ ok: z.literal(true), value: mediaValueSchema }),
    z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
  ]) }),
  /** The run cannot be shown (deleted, unreadable). */
  z.object({ message: z.literal("broken"), error: z.object({ code: z.string(), message: z.string() }) }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

/** Panel to host. */
export const panelMessageSchema = z.discriminatedUnion("message", [
  z.object({ message: z.literal("ready") }),
  /** `pause` and `resume` hold a live run and let it go; `continue` starts a run that has ended again, from its checkpoint. */
  z.object({ message: z.literal("action"), action: z.enum(["train", "pause", "resume", "stop", "checkpoint", "continue", "evaluate-test", "export", "tell-apart", "reveal", "open-file", "new-file"]) }),
  z.object({ message: z.literal("set-learning-rate"), value: z.number().positive() }),
  /** Jump to the finding's place in the training file. */
  z.object({ message: z.literal("open-finding"), index: z.int() }),
  z.object({ message: z.literal("apply-fix"), index: z.int(), fix: z.int() }),
  /** Trains the file with the fix beside the file as it is. */
  z.object({ message: z.literal("try-fix"), index: z.int(), fix: z.int() }),
  z.object({ message: z.literal("project"), of: z.string(), method: projectionMethodSchema }),
  /** Measures the curvature of the loss at the weights as they are; answered by `curvature-progress` and `curvature`. */
  z.object({ message: z.literal("measure-curvature") }),
  z.object({ message: z.literal("cancel-curvature") }),
  /** The page of the finding's rule. */
  z.object({ message: z.literal("open-page"), index: z.int() }),
  /** Examples of one cell of a confusion matrix; answered by `examples` with the same id. */
  z.object({ message: z.literal("examples"), id: z.int(), split: splitSchema, actual: z.int(), predicted: z.int(), offset: z.int(), limit: z.int() }),
  /** Examples by their position in the data set (a point of the projection); answered by `examples` with the same id. */
  z.object({ message: z.literal("examples-at"), id: z.int(), indices: z.array(z.int()).max(200) }),
  /** The matrices of every evaluation of the run shown (null) or of another one. */
  z.object({ message: z.literal("evaluations"), of: z.string().nullable() }),
  /** The layouts of every evaluation; answered by a `projection` each. */
  z.object({ message: z.literal("projections") }),
  z.object({ message: z.literal("comparable") }),
  /** Curves of a split's predictions, of a class, a label or a column; answered by `figures` with the same id. */
  z.object({ message: z.literal("figures"), id: z.int(), split: splitSchema, of: z.int().min(0) }),
  /** The layer that is looked at closely; null: none. */
  z.object({ message: z.literal("histograms"), layer: z.string().nullable() }),
  /** What is visible of curves; answered by `columns` with the same id. */
  z.object({ message: z.literal("columns"), id: z.int(), requests: z.array(curveRequestSchema).max(4096) }),
  /** A picture that the panel has drawn, to be saved where the user says. */
  z.object({ message: z.literal("save-picture"), name: z.string(), kind: z.enum(["png", "svg"]), data: z.union([z.string(), z.instanceof(Uint8Array)]) }),
  /** Every point of these curves, to be saved as CSV. */
  z.object({ message: z.literal("save-csv"), name: z.string(), tags: z.array(z.string()) }),
  /** A link that opens this run at a step, into the clipboard. */
  z.object({ message: z.literal("copy-link"), step: z.number() }),
  /** One value of a log's tag, by its place among the tag's steps; answered by `media-value` with the same id. */
  z.object({ message: z.literal("media-value"), id: z.int(), tag: z.string(), index: z.int() }),
  /** Compute a loss surface; a newer wish ends an older one. */
  z.object({ message: z.literal("surface"), wish: surfaceWishSchema }),
  z.object({ message: z.literal("cancel-surface") }),
  /** The surfaces that the run keeps. */
  z.object({ message: z.literal("surfaces") }),
  /** Pictures of layers, and what to choose from; answered by `inspected` with the same id. */
  z.object({ message: z.literal("inspect"), id: z.int(), request: inspectionRequestSchema }),
  z.object({ message: z.literal("layout"), layout: layoutSchema }),
  z.object({ message: z.literal("error"), text: z.string() }),
]);
export type PanelMessage = z.infer<typeof panelMessageSchema>;
