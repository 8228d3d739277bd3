import type { z } from "zod";
import type { Kind } from "../defineKind.js";
import type { Tensor } from "../graph/builder.js";
import type { RandomStream } from "../random/stream.js";

/** Height and width of the images in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** For every pixel of a changed image, where its value comes from: row and column as float32, broadcast to [batch, height, width]. */
export interface PixelPlaces {
  readonly rows: Tensor;
  readonly columns: Tensor;
}

/** What the values of a batch mean: x scaled = (x as read - offset) / divisor. */
export interface ValueScale {
  readonly offset: number;
  readonly divisor: number;
  /** The largest value as read that an image may have: 1 or 255. */
  readonly largest: number;
}

/** The numbers that an augmentation drew for each example, by name: float32 [batch, 1, ...] of the rank that it works on. */
export type Drawn = Readonly<Record<string, Tensor>>;

/** What an augmentation does to a batch. Pixels that only move are gathered once, however many of these follow each other. */
export type Change<A> =
  /** `places` are of the changed image; gives those of the image before. `leaves`: whether they may lie outside, where black is. */
  | { readonly moves: "pixels"; readonly leaves: boolean; readonly from: (args: A, places: PixelPlaces, drawn: Drawn, size: ImageSize) => PixelPlaces }
  /** x [batch, C, H, W]. */
  | { readonly moves: "values"; readonly apply: (args: A, x: Tensor, drawn: Drawn, scale: ValueScale) => Tensor }
  /** Adds values from a normal distribution with this deviation to every value. */
  | { readonly moves: "noise"; readonly deviation: (args: A) => number }
  /** Mixes each example with another one of its batch, by a share of a Beta(alpha, alpha) distribution. */
  | { readonly moves: "pairs"; readonly alpha: (args: A) => number };

export interface AugmentationKind<A = Readonly<Record<string, unknown>>> extends Kind {
  /** `images`: examples [C, H, W]; `colours`: those of one or three channels; `numbers`: anything that can be added up. */
  readonly needs: "images" | "colours" | "numbers";
  /** Whether it damages the example: an autoencoder is then asked for what was there before. */
  readonly damages: boolean;
  /** Names of the numbers that each example draws. */
  readonly draws: readonly string[];
  /** Draws them, in that order. Needs images to draw anything. */
  readonly draw: (args: A, random: RandomStream, size: ImageSize) => readonly number[];
  readonly change: Change<A>;
}

/** Declares an augmentation; its functions get the arguments checked. */
export function defineAugmentation<S extends z.ZodObject>(
  definition: Kind<S> & Pick<AugmentationKind, "needs"> & Partial<Pick<AugmentationKind, "damages" | "draws">> & {
    readonly draw?: AugmentationKind<z.output<S>>["draw"];
    readonly change: Change<z.output<S>>;
  },
): AugmentationKind {
  return { damages: false, draws: [], draw: () => [], ...definition } as unknown as AugmentationKind;
}

/** An integer within [-most, most], each equally likely. */
export function drawnOffset(random: RandomStream, most: number): number {
  return random.below(2 * most + 1) - most;
}

/** Uniform within [low, high). */
export function drawnWithin(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}
