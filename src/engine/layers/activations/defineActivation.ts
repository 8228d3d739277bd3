import type { z } from "zod";
import type { Kind } from "../../defineKind.js";
import type { Tensor } from "../../graph/builder.js";

export interface ActivationKind extends Kind {
  /** Which default initializer a layer before it takes: he_normal, lecun_normal, glorot_uniform. */
  readonly initFamily: "relu" | "selu" | "other";
  /** y = f(x), of x's shape. The first axis is the batch. */
  readonly apply: (x: Tensor, args: Readonly<Record<string, unknown>>) => Tensor;
  /** Absolute value of the output beyond which a unit counts as saturated; null: it does not saturate. */
  readonly saturatesAt: "one" | "zero_and_one" | null;
  /** Whether exact zeros mean an inactive unit (ReLU). */
  readonly zeroIsInactive: boolean;
}

/** Declares an activation; `apply` gets its arguments checked. */
export function defineActivation<A extends z.ZodObject>(
  definition: Kind<A> & {
    readonly initFamily?: ActivationKind["initFamily"];
    readonly saturatesAt?: ActivationKind["saturatesAt"];
    readonly zeroIsInactive?: boolean;
    readonly apply: (x: Tensor, args: z.output<A>) => Tensor;
  },
): ActivationKind {
  return { initFamily: "other", saturatesAt: null, zeroIsInactive: false, ...definition } as unknown as ActivationKind;
}
