import type { Symptom } from "./defineLiveRule.js";
import type { LiveContext } from "./liveContext.js";

/** A squared error that is still above the targets' variance, where most of it is the distance of their mean from 0; null where that is not so. */
export function farTargets({ config, loss: { kind }, chance, start }: LiveContext, loss: number): Pick<Symptom, "at" | "category" | "confidence" | "guess" | "fixes"> | null {
  // an autoencoder's targets are its inputs, as they are scaled
  if (config.data.task === "autoencoder" || kind !== "mse" || chance === null || start === null || start <= 3 * chance || loss <= 1.2 * chance) return null;
  return {
    at: "data.target_scaling", category: "preprocessing", confidence: 0.7, guess: "The targets are far from 0, where the outputs start: the steps go into reaching their mean.",
    fixes: [{ title: "Standardize the targets", safe: false, edits: [{ path: "data.target_scaling", value: "standardize" }] }],
  };
}
