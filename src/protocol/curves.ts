/** What a page asks of curves, and what it is told: the points stay with the host, pixel columns travel. */
import { z } from "zod";
import { fromJsonNumber, type JsonNumber, toJsonNumber } from "../common/numbers.js";
import type { Point } from "../common/series/series.js";
import type { Columns, SeriesAxis } from "../common/series/columns.js";

const floats = z.custom<Float64Array>((value) => value instanceof Float64Array, { message: "expected doubles" });
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, { message: "expected bytes" });
/** Any number: NaN and the infinities too, which a webview is told as strings (`factsAsJson`). */
const anyNumber = z.custom<JsonNumber>((value) => typeof value === "number" || value === "NaN" || value === "Infinity" || value === "-Infinity", { message: "expected a number" }).transform(fromJsonNumber);
const axisSchema = z.enum(["step", "time"]);

const pointSchema = z.object({ step: z.number(), time: z.number(), value: anyNumber });
/** A curve in a few figures (common/series); values may be NaN or infinite. */
export const curveFactsSchema = z.object({
  tag: z.string(),
  count: z.int(),
  nonFinite: z.int(),
  first: pointSchema.nullable(),
  lastFinite: pointSchema.nullable(),
  min: pointSchema.nullable(),
  max: pointSchema.nullable(),
  last: pointSchema.nullable(),
});
export type CurveFacts = z.infer<typeof curveFactsSchema>;

/** Facts as the editor carries them to a webview: as JSON, in which NaN and the infinities would become null. */
export function factsAsJson(facts: CurveFacts): z.input<typeof curveFactsSchema> {
  const point = (one: Point | null) => one && { ...one, value: toJsonNumber(one.value) };
  return { ...facts, first: point(facts.first), lastFinite: point(facts.lastFinite), min: point(facts.min), max: point(facts.max), last: point(facts.last) };
}

/** What columns of pixels show of a curve, smoothed or not. */
export const curveRequestSchema = z.object({
  tag: z.string(),
  /** Weight of the moving average; 0 for the values as they are. */
  smoothing: z.number().min(0).max(0.999),
  query: z.object({ axis: axisSchema, from: z.number(), to: z.number(), columns: z.int().min(1).max(16_384), log: z.boolean(), origin: z.number() }),
  /**
   * An earlier answer to the same query: the points that it has seen, of which generation of the curve, and the place up to which (included) its
   * entries stay. The new answer then holds only what comes after.
   */
  since: z.object({ count: z.int(), generation: z.int(), after: z.number() }).nullable(),
});
export type CurveRequest = z.infer<typeof curveRequestSchema>;

/** `Columns` (common/series) without what can be told from the rest: `x` is null on the step axis, `min` and `max` are where `last` says all. */
const columnsSchema = z.object({ exact: z.boolean(), x: floats.nullable(), steps: floats, last: floats, min: floats.nullable(), max: floats.nullable(), flags: bytes });
type SentColumns = z.infer<typeof columnsSchema>;

export function sentColumns({ axis, exact, x, steps, last, min, max, flags }: Columns): SentColumns {
  return { exact, x: axis === "step" ? null : x, steps, last, min: exact ? null : min, max: exact ? null : max, flags };
}

export function receivedColumns(axis: SeriesAxis, { exact, x, steps, last, min, max, flags }: SentColumns): Columns {
  return { axis, exact, x: x ?? steps, steps, last, min: min ?? last, max: max ?? last, flags };
}

/** Answer to one request. */
export const curveAnswerSchema = z.object({
  facts: curveFactsSchema,
  generation: z.int(),
  /** What follows the run is at times sent with fewer columns than asked, so that a slow line keeps up: ask again, whole, when there is time. */
  coarse: z.boolean(),
  /** Whether the entries up to `since.after` stay; else all are new. */
  continues: z.boolean(),
  /** Null: all is as it was in the earlier answer. */
  columns: columnsSchema.nullable(),
});
export type CurveAnswer = z.infer<typeof curveAnswerSchema>;
