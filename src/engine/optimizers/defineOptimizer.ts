import { z } from "zod";
import type { Kind } from "../defineKind.js";
import type { Tensor } from "../graph/builder.js";
import type { ParameterSpec } from "../layers/defineLayer.js";
import { groupsArgument } from "./groups.js";

/** What the update of one parameter sees, all of them in the step's graph. */
export interface UpdateContext {
  readonly parameter: Tensor;
  /** What the parameter is: a matrix of weights, a bias. */
  readonly tensor: ParameterSpec;
  readonly gradient: Tensor;
  /** State from the step before, by slot name, of the parameter's shape; all zeros at the start. */
  readonly slots: Readonly<Record<string, Tensor>>;
  /** What `scalars` gave for this step, by name. */
  readonly scalars: Readonly<Record<string, Tensor>>;
}

/** Values for the next step. */
export interface Update {
  readonly parameter: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
}

export interface OptimizerKind extends Kind {
  /** Names of the tensors that it keeps for a parameter. */
  readonly slots: (args: Readonly<Record<string, unknown>>, tensor: ParameterSpec) => readonly string[];
  /**
   * What the host computes for each step, in float64: `step` counts from 1. The names must not depend on the step.
   * Everything that depends on the rate goes through here, so that the rate may change from step to step.
   */
  readonly scalars: (args: Readonly<Record<string, unknown>>, rate: number, step: number) => Readonly<Record<string, number>>;
  readonly update: (args: Readonly<Record<string, unknown>>, context: UpdateContext) => Update;
  /** Whether the update of an element depends on others of its tensor; else tensors may be updated in one vector. */
  readonly wholeTensors: boolean;
}

/** Declares an optimizer; its functions get the arguments checked. `groups` is added to its arguments. */
export function defineOptimizer<A extends z.ZodObject>(
  definition: Kind<A> & {
    readonly slots: (args: z.output<A>, tensor: ParameterSpec) => readonly string[];
    readonly scalars: (args: z.output<A>, rate: number, step: number) => Readonly<Record<string, number>>;
    readonly update: (args: z.output<A>, context: UpdateContext) => Update;
    readonly wholeTensors?: boolean;
  },
): OptimizerKind {
  return { wholeTensors: false, ...definition, arguments: definition.arguments.extend(groupsArgument) } as unknown as OptimizerKind;
}

/** `lr` with the optimizer's own default. */
export function rateArgument(value: number): z.ZodDefault<z.ZodNumber> {
  return z.number().min(0).default(value).describe("Learning rate.");
}
