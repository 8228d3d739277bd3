/** Arguments that several layers share. */
import { z } from "zod";
import type { Chosen } from "../defineKind.js";
import { chooseInitializer, initializerSchema } from "../initializers/registry.js";
import type { Tensor } from "../graph/builder.js";
import { activationSchema, activationWithDefaults } from "./activations/registry.js";

const count = z.int().min(1);

/** One number for height and width, or both. */
export const sizeSchema = z.union([count, z.tuple([count, count])]);
export type Size = z.infer<typeof sizeSchema>;

export const paddingSchema = z.union([z.enum(["valid", "same"]), z.int().min(0)]);
export type Padding = z.infer<typeof paddingSchema>;

/** What every layer with weights takes. */
export const weightedArguments = {
  bias: z.boolean().default(true).describe("Whether a bias is learned."),
  activation: activationSchema.default("linear").describe("The activation applied to the output."),
  init: initializerSchema.optional().describe("Initialiser of the weights. Default: he_normal before ReLU kinds, lecun_normal before selu, glorot_uniform else."),
  bias_init: initializerSchema.default("zeros").describe("Initialiser of the bias."),
  drop_connect: z.number().min(0).lt(1).optional().describe("Probability with which each weight is dropped in a training step; the others are divided by 1 - drop_connect."),
  max_norm: z.number().gt(0).optional().describe("Largest length of the vector of weights into a unit, instead of the file's."),
  l1: z.number().min(0).optional().describe("l1 x the sum of |w| in the loss, instead of the file's."),
  l2: z.number().min(0).optional().describe("l2 x the sum of w^2 in the loss, instead of the file's."),
  activity_l1: z.number().min(0).optional().describe("activity_l1 x the sum of |y| over the layer's outputs, mean over the batch, in the loss."),
  activity_l2: z.number().min(0).optional().describe("activity_l2 x the sum of y^2 over the layer's outputs, mean over the batch, in the loss."),
};

/** The file's `init`, or what fits the layer's own activation, or what fits the activation that follows it. */
export function weightInit(args: { readonly init?: z.infer<typeof initializerSchema>; readonly activation: string }, following: Chosen): Chosen {
  if (args.init !== undefined) return chooseInitializer(args.init);
  return args.activation === "linear" ? following : defaultInitBefore(args.activation);
}

/** The default initializer of weights before an activation. */
export function defaultInitBefore(activation: string): Chosen {
  const family = activation === "prelu" ? "relu" : activationWithDefaults(activation).kind.initFamily;
  return chooseInitializer(family === "relu" ? "he_normal" : family === "selu" ? "lecun_normal" : "glorot_uniform");
}

/** The activation of this name, with its defaults, applied to x. */
export function activate(x: Tensor, activation: string): Tensor {
  const { kind, arguments: args } = activationWithDefaults(activation);
  return kind.apply(x, args);
}

/** A layer's activation for outlines: null for linear. */
export function activationName(args: { readonly activation: string }): string | null {
  return args.activation === "linear" ? null : args.activation;
}

export const zeros: Chosen = { kind: "zeros", arguments: {} };
export const ones: Chosen = { kind: "ones", arguments: {} };
