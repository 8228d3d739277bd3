/** The short experiments of `check`: their names, in the order in which they are run, and what each one shows. */
export const checkIds = ["initial-loss", "gradient", "overfit-batch", "loss-falls", "zeroed-input", "shuffled-labels", "train-eval", "learning-rate-range", "batch-size", "seeds"] as const;
export type CheckId = (typeof checkIds)[number];

export interface CheckTexts {
  /** A few words for a list. */
  readonly title: string;
  /** What is done, and what it shows. */
  readonly detail: string;
}

export const checkTexts: Readonly<Record<CheckId, CheckTexts>> = {
  "initial-loss": { title: "Initial loss against chance", detail: "Before its first step a model knows nothing: its loss is that of chance." },
  gradient: { title: "Gradients against finite differences", detail: "Moves the weights a little and compares the loss with what the gradient foretells." },
  "overfit-batch": { title: "Overfit a batch", detail: "A model that cannot learn sixteen examples by heart cannot learn." },
  "loss-falls": { title: "The loss falls in the first steps", detail: "Does the first steps of the run and measures the loss on the same batches before and after." },
  "zeroed-input": { title: "Zeroed inputs do worse", detail: "Trains once with the inputs and once with zeros: a model that does not do better with inputs does not use them." },
  "shuffled-labels": { title: "Shuffled labels cannot be foretold", detail: "Trains on labels that were dealt out anew: what does better than chance on held-out examples has seen them in training." },
  "train-eval": { title: "Training and inference agree", detail: "Compares the loss of the same examples in training mode and in inference mode." },
  "learning-rate-range": { title: "Learning-rate range", detail: "Raises the rate from 1e-7 to 10 over a hundred steps and compares the file's rate with the curve." },
  "batch-size": { title: "The batch fits into memory", detail: "Looks for the largest batch whose step fits." },
  seeds: { title: "Seeds agree", detail: "Trains briefly from five seeds: a run that depends on luck is not to be compared with another." },
};

/** Whether a word names a check. */
export function isCheckId(id: string): id is CheckId {
  return (checkIds as readonly string[]).includes(id);
}
