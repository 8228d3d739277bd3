import type { Finding } from "../protocol/finding.js";

/** Which scalars show a symptom, by live rule; `*` is the layer that the evidence names. */
const curves: Readonly<Record<string, readonly string[]>> = {
  "always-clipped": ["train/gradient_norm"],
  "batch-too-noisy": ["train/loss"],
  "class-never-predicted": ["validation/accuracy", "train/loss"],
  "dead-units": ["train/zero_fraction/*"],
  "exploding-gradient": ["train/gradient_norm"],
  "gradient-spikes": ["train/gradient_norm"],
  "initial-loss": ["train/loss"],
  "loss-not-decreasing": ["train/loss"],
  "negative-loss": ["train/loss"],
  "no-gap-between-curves": ["train/loss", "validation/loss"],
  "non-finite-layer": ["train/gradient_norm/*", "train/loss"],
  "non-finite-loss": ["train/loss"],
  "oscillating-loss": ["train/loss"],
  overfitting: ["train/loss", "validation/loss"],
  "saturated-units": ["train/saturated_fraction/*"],
  "schedule-not-reached": ["train/learning_rate"],
  "too-few-steps": ["train/loss"],
  "too-good-to-be-true": ["validation/accuracy", "train/accuracy"],
  underfitting: ["train/loss", "validation/loss"],
  "uneven-activations": ["train/activation_std/*"],
  "update-ratio": ["train/update_ratio/*"],
  "validation-at-chance": ["train/loss", "validation/loss"],
  "vanishing-gradient": ["train/gradient_norm/*"],
  "weights-unchanged": ["train/update_ratio/*"],
};

/** Tags of the scalars that show what a run's finding saw; empty for findings of file and data. */
export function curvesOf({ rule, evidence, step }: Pick<Finding, "rule" | "evidence" | "step">): readonly string[] {
  const tags = step === null ? [] : (curves[rule] ?? []);
  const layer = evidence.layer;
  return tags.flatMap((tag) => (!tag.endsWith("*") ? [tag] : typeof layer === "string" ? [tag.slice(0, -1) + layer] : []));
}
