import { z } from "zod";
import type { ActivationKind } from "./defineActivation.js";
import { elu } from "./elu.js";
import { gelu } from "./gelu.js";
import { leakyRelu } from "./leakyRelu.js";
import { linear } from "./linear.js";
import { logSoftmax } from "./logSoftmax.js";
import { relu } from "./relu.js";
import { selu } from "./selu.js";
import { sigmoid } from "./sigmoid.js";
import { silu } from "./silu.js";
import { softmax } from "./softmax.js";
import { softplus } from "./softplus.js";
import { tanh } from "./tanh.js";

/** Every activation by its name: a layer of its own, or a layer's `activation`. */
export const activations: ReadonlyMap<string, ActivationKind> = new Map(
  [relu, leakyRelu, elu, selu, gelu, silu, sigmoid, tanh, softmax, logSoftmax, softplus, linear].map((kind) => [kind.kind, kind]),
);

/** A layer's `activation`, by name; its arguments keep their defaults. */
export const activationSchema = z.enum([...activations.keys()] as [string, ...string[]]);

/** The activation of this name with its default arguments. */
export function activationWithDefaults(name: string): { readonly kind: ActivationKind; readonly arguments: Readonly<Record<string, unknown>> } {
  const kind = activations.get(name);
  if (kind === undefined) throw new Error(`no activation named ${name}`);
  return { kind, arguments: kind.arguments.parse({}) };
}
