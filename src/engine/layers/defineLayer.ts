import type { z } from "zod";
import type { Chosen, Kind } from "../defineKind.js";
import type { Tensor } from "../graph/builder.js";
import type { LayerConfig } from "../training/config.js";

/**
 * What one tensor of a layer is: learned (`weight`, `bias`, `normalization`: gamma and beta), or a `statistic` that training
 * mode updates and inference reads. Penalties and decay by default touch weights alone.
 */
export type ParameterRole = "weight" | "bias" | "normalization" | "statistic";

/** A tensor that a layer owns. */
export interface ParameterSpec {
  /** Within the layer: `weight`, `bias`, `gamma`, `running_mean`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: ParameterRole;
  readonly init: Chosen;
  readonly fanIn: number;
  readonly fanOut: number;
  /** Axis of the units, for initializers and max-norm. */
  readonly outputAxis: number;
}

/** What a layer makes of one example's shape. Shapes are without the batch dimension. */
export interface LayerShapes {
  /** The input as the layer reads it: with a channel axis put before it, where it needs one. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly parameters: readonly ParameterSpec[];
  /** Multiply-adds of one example's forward pass; products only. */
  readonly operations: number;
}

/** What a layer sees beyond its own arguments when its shapes are worked out. */
export interface ShapeInput {
  readonly shape: readonly number[];
  /** Default for `init` by the activation that follows: he_normal, lecun_normal or glorot_uniform. */
  readonly defaultInit: Chosen;
  /** Whether the shape is [time, features]; two axes are those of an image else. */
  readonly isSequence: boolean;
}

/** What a layer builds with. */
export interface BuildContext {
  /** Training uses batch statistics and dropout; inference does neither. */
  readonly mode: "training" | "inference";
  /** The layer's own tensors, by the name of their spec. */
  readonly parameter: (name: string) => Tensor;
  /** In training mode: gives a statistic its value for the next step. */
  readonly updateStatistic: (name: string, value: Tensor) => void;
  /** In training mode: a tensor of x's shape, 0 with probability `rate` and 1 / (1 - rate) elsewhere, drawn anew each step. */
  readonly dropoutMask: (x: Tensor, rate: number) => Tensor;
  /** In training mode: a tensor of x's shape with values from N(0, 1), drawn anew each step. */
  readonly normalNoise: (x: Tensor) => Tensor;
  /** In training mode: so many values from [0, 1), drawn anew each step. */
  readonly uniform: (count: number) => Tensor;
  /** Which steps count, [batch, time] of 1 and 0; null: all. */
  readonly steps: Tensor | null;
  /** Says which steps count from this layer on. */
  readonly countSteps: (steps: Tensor) => void;
  /** Output shape of one example. */
  readonly output: readonly number[];
  /** Whether the input is [time, features]. */
  readonly isSequence: boolean;
}

/** A layer that reads what one other gives. */
export interface PlainLayerKind extends Kind {
  /** Throws DescentError `shape-mismatch` where the input does not fit. */
  readonly shapes: (args: Readonly<Record<string, unknown>>, input: ShapeInput) => LayerShapes;
  /** The layer's part of the graph; x is [batch, ...input]. */
  readonly build: (args: Readonly<Record<string, unknown>>, x: Tensor, context: BuildContext) => Tensor;
  /** Name of the activation that the layer ends with; null where it has none (`linear` included). */
  readonly activation: (args: Readonly<Record<string, unknown>>) => string | null;
}

/** A layer of layers: branches that read the same, and what joins the things that they give. */
export interface BranchingLayerKind extends Kind {
  /** What runs side by side; an empty branch passes on what it reads. */
  readonly branches: (args: Readonly<Record<string, unknown>>) => readonly (readonly LayerConfig[])[];
  /** `shapes` are the branches'. Throws DescentError `shape-mismatch`, which names them, where they cannot be joined. */
  readonly joinedShapes: (args: Readonly<Record<string, unknown>>, shapes: readonly (readonly number[])[], defaultInit: Chosen) => JoinedShapes;
  /** xs [batch, ...] are what the branches give. */
  readonly join: (args: Readonly<Record<string, unknown>>, xs: readonly Tensor[], context: BuildContext) => Tensor;
  readonly activation: (args: Readonly<Record<string, unknown>>) => string | null;
}

export type JoinedShapes = Omit<LayerShapes, "input">;

/** A layer that stands for others, which `listLayers` writes out before anything is built of it. */
export interface RepeatingLayerKind extends Kind {
  readonly times: (args: Readonly<Record<string, unknown>>) => number;
  readonly activation: (args: Readonly<Record<string, unknown>>) => string | null;
}

export type LayerKind = PlainLayerKind | BranchingLayerKind | RepeatingLayerKind;

/** Declares a layer; `shapes` and `build` get its arguments checked. */
export function defineLayer<A extends z.ZodObject>(
  definition: Kind<A> & {
    readonly shapes: (args: z.output<A>, input: ShapeInput) => LayerShapes;
    readonly build: (args: z.output<A>, x: Tensor, context: BuildContext) => Tensor;
    readonly activation?: (args: z.output<A>) => string | null;
  },
): PlainLayerKind {
  return { activation: () => null, ...definition } as unknown as PlainLayerKind;
}

/** Declares a layer of branches; its functions get its arguments checked. */
export function defineBranchingLayer<A extends z.ZodObject>(
  definition: Kind<A> & {
    readonly nested: NonNullable<Kind["nested"]>;
    readonly branches: (args: z.output<A>) => readonly (readonly LayerConfig[])[];
    readonly joinedShapes: (args: z.output<A>, shapes: readonly (readonly number[])[], defaultInit: Chosen) => JoinedShapes;
    readonly join: (args: z.output<A>, xs: readonly Tensor[], context: BuildContext) => Tensor;
  },
): BranchingLayerKind {
  return { activation: () => null, ...definition } as unknown as BranchingLayerKind;
}
