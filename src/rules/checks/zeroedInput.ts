/**
 * The check `zeroed-input`: a model that does as well on zeros as on its inputs does not use them. Karpathy, "A Recipe for Training
 * Neural Networks" (2019), "input-independent baseline".
 */
import type { Dataset } from "../../engine/data/types.js";
import { type CheckOptions, type CheckResult, failed, passed, skipped } from "./checkResult.js";
import { dataOf, openTrainer, trainTo } from "./shortRun.js";
import { figure, meanOf, short, standardError } from "./statistics.js";

const round = 100;
/** Milliseconds after which no further round of the two runs is begun. */
const patience = 8000;
/** How much better, as a share of the loss on zeros, inputs must do. */
const leastGain = 0.01;

/**
 * Trains the file twice side by side from one seed, the second time on inputs that are all zero, a hundred steps at a time, until the first does
 * better over a round by one per cent and three standard errors; fails where some seconds or the whole run do not get there.
 */
export async function zeroedInput(options: CheckOptions): Promise<CheckResult> {
  const { config } = options;
  const dataset = dataOf(options);
  if (dataset.task === "autoencoder") return skipped("An autoencoder's inputs are its targets.");
  if (config.training.pretrain !== null) return skipped("Pretraining comes before the first steps of the whole model.");
  const trainer = await openTrainer(options);
  const blind = await openTrainer(options, { dataset: zeroed(dataset) });
  try {
    const begun = performance.now();
    for (;;) {
      const goal = trainer.step + round;
      const [seen, unseen] = [await trainTo(trainer, goal), await trainTo(blind, goal)];
      const gains = unseen.map((loss, i) => loss - seen[i]).filter(Number.isFinite);
      const [with_, without, gain] = [meanOf(seen), meanOf(unseen), meanOf(gains)];
      const figures = { steps: trainer.step, loss: figure(with_), loss_of_zeros: figure(without), gain: figure(gain / without), noise: figure(standardError(gains) / without) };
      options.onProgress(Math.min(1, (performance.now() - begun) / patience));
      if (gain > leastGain * Math.abs(without) && gain > 3 * standardError(gains)) return passed(`With its inputs the model comes to ${short(with_)} in ${trainer.step} steps, with zeros to ${short(without)}.`, figures);
      if (trainer.step < goal || trainer.step >= trainer.plan.totalSteps || performance.now() - begun > patience) {
        const message = `In ${trainer.step} steps the model comes to a loss of ${short(with_)} with its inputs and ${short(without)} with zeros: it makes nothing of them.`;
        return failed(message, figures, { category: "data", path: "data", confidence: 0.4 });
      }
    }
  } finally {
    await trainer.dispose();
    await blind.dispose();
  }
}

/** The data with zeros for inputs; of scaled inputs that is their mean. */
function zeroed(dataset: Dataset): Dataset {
  const { type, dims, data } = dataset.inputs;
  const zeros = new (data.constructor as new (length: number) => typeof data)(data.length);
  return { ...dataset, inputs: { type, dims, data: zeros } };
}
