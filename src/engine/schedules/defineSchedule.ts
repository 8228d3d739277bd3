import { z } from "zod";
import type { Kind } from "../defineKind.js";

/** Where a run stands when a step's rate is asked for. */
export interface SchedulePoint {
  /** Steps done before this one, from 0. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** A rate that falls where a metric stands still. */
export interface PlateauRule {
  readonly metric: string;
  readonly factor: number;
  /** Evaluations without an improvement that are borne. */
  readonly patience: number;
  readonly minDelta: number;
}

export interface ScheduleKind extends Kind {
  /** The rate of one step, from the optimizer's `lr` as base; a pure function, so that a resumed run needs no state. */
  readonly rate: (args: Readonly<Record<string, unknown>>, base: number, point: SchedulePoint) => number;
  /** What the trainer multiplies the rate by beside it, from evaluation to evaluation; the only part of a schedule with a memory. */
  readonly plateau?: (args: Readonly<Record<string, unknown>>) => PlateauRule;
}

/** What every schedule takes. */
export const warmupArguments = {
  warmup_steps: z.int().min(0).default(0).describe("The rate rises in a line from lr / warmup_steps to lr over this many first steps."),
};

/**
 * Declares a schedule; `rate` is the rate without warm-up. Warm-up multiplies it by (step + 1) / warmup_steps until that is 1.
 */
export function defineSchedule<A extends z.ZodObject>(
  definition: Kind<A> & {
    readonly rate: (args: z.output<A> & { readonly warmup_steps: number }, base: number, point: SchedulePoint) => number;
    readonly plateau?: (args: z.output<A>) => PlateauRule;
  },
): ScheduleKind {
  const kind = definition as unknown as ScheduleKind;
  return {
    ...kind,
    rate(args, base, point) {
      const warmup = args.warmup_steps as number;
      return kind.rate(args, base, point) * (point.step < warmup ? (point.step + 1) / warmup : 1);
    },
  };
}

/** How much of the way from the end of warm-up to the run's last step is done: 0 to 1, 1 at the last step; 0 where no step is left. */
export function wayAfterWarmup(warmup: number, { step, totalSteps }: SchedulePoint): number {
  const steps = totalSteps - 1 - warmup;
  return steps <= 0 ? 0 : Math.min(Math.max((step - warmup) / steps, 0), 1);
}
