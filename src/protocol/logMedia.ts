/** What a log holds beside scalars, as a panel shows it. */
import { z } from "zod";

const floats = z.instanceof(Float64Array);

/** Kinds of values that are shown. */
export const mediaKindSchema = z.enum(["histograms", "images", "text", "pr_curves"]);
export type MediaKind = z.infer<typeof mediaKindSchema>;

/** A tag with values that are no scalars: at which steps it has one. */
export const mediaTagSchema = z.object({ tag: z.string(), kind: mediaKindSchema, steps: floats });
export type MediaTag = z.infer<typeof mediaTagSchema>;

/** What a log holds and no panel shows: the tags of a kind. */
export const unshownMediaSchema = z.object({ kind: z.enum(["audio", "graphs", "meshes", "other"]), tags: z.array(z.string()) });
export type UnshownMedia = z.infer<typeof unshownMediaSchema>;

/** One value. */
export const mediaValueSchema = z.discriminatedUnion("kind", [
  /** Buckets from `left` to `right` with their counts; equal lengths. */
  z.object({ kind: z.literal("histograms"), left: floats, right: floats, counts: floats }),
  /** Encoded as `type` (image/png, image/jpeg, image/gif) says. */
  z.object({ kind: z.literal("images"), images: z.array(z.object({ type: z.string(), bytes: z.instanceof(Uint8Array) })) }),
  z.object({ kind: z.literal("text"), texts: z.array(z.string()) }),
  /** A point a threshold, from the least threshold on; equal lengths. */
  z.object({ kind: z.literal("pr_curves"), precision: floats, recall: floats, thresholds: floats, truePositives: floats, falsePositives: floats, trueNegatives: floats, falseNegatives: floats }),
]);
export type MediaValue = z.infer<typeof mediaValueSchema>;
