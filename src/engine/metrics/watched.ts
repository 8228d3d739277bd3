/** What a run can be steered by: figures that it measures while it trains, never those of the test split. Early stopping, the best weights and a plateau watch one of them. */
export const watchedMetrics = [
  "validation/loss", "validation/accuracy", "validation/top_k_accuracy", "validation/precision", "validation/recall", "validation/f1", "validation/roc_auc",
  "validation/mae", "validation/rmse", "validation/r2", "validation/perplexity",
  "validation/live_loss", // of the weights that are trained, where their average is evaluated
  "train/loss", "train/accuracy",
] as const;
