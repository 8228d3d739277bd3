/** The short experiments of the command line's page. */
export const checks: readonly string[] = ["overfit-batch", "gradient", "initial-loss", "loss-falls", "zeroed-input", "shuffled-labels", "train-eval", "learning-rate-range", "batch-size", "seeds"];
