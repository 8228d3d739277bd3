import { z } from "zod";
import { section } from "./marks.js";

/** `regularization:` what keeps weights and activations small. Layers may have their own `l1`, `l2`, `max_norm`, `activity_l1`, `activity_l2`. */
export const regularizationSection = section({
  l1: z.number().min(0).default(0).describe("l1 x the sum of |w| over all weights is added to the loss."),
  l2: z.number().min(0).default(0).describe("l2 x the sum of w^2 over all weights is added to the loss. PyTorch's coupled weight_decay alpha is l2: alpha / 2."),
  weight_decay: z.number().min(0).default(0).describe("Decoupled decay: each step takes lr x weight_decay of every weight away, apart from the gradient."),
  max_norm: z.number().gt(0).optional().describe("Largest length of the vector of weights into a unit; longer ones are scaled down after each step."),
  activity_l1: z.number().min(0).default(0).describe("activity_l1 x the sum of |y| over the outputs of each hidden layer with weights, mean over the batch, is added to the loss."),
  activity_l2: z.number().min(0).default(0).describe("activity_l2 x the sum of y^2 over the outputs of each hidden layer with weights, mean over the batch, is added to the loss."),
  include_biases: z.boolean().default(false).describe("Whether l1, l2 and weight_decay hold for biases too; normalisation parameters are always left free."),
});
