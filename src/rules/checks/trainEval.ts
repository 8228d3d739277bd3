/**
 * The check `train-eval`: the same weights give the same examples about the same loss in training mode and in inference mode. What tells the two
 * apart besides dropout are running statistics: a momentum that is too small never reaches them, a tiny batch never measures them.
 */
import { mapLayers } from "../../engine/layers/nested.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { type CheckOptions, type CheckResult, failed, passed, skipped } from "./checkResult.js";
import { dataOf, openTrainer, trainTo } from "./shortRun.js";
import { figure, meanOf, short, standardError } from "./statistics.js";

/** Examples that are trained on and compared. */
const examples = 512;
/** Milliseconds of training, and then of standing still so that running statistics come after. */
const milliseconds = 1500;
const mostSteps = 300;
/** Share by which the loss may shift: the threshold of published checks. */
const largestShift = 0.5;
/** A loss is as good as 0 below this share of the first one: shifts there are of no account. */
const negligible = 0.05;

/** Trains for a moment without dropout and augmentation, stands still for as long, and compares the loss of the batches with that of an evaluation. */
export async function trainEval(options: CheckOptions): Promise<CheckResult> {
  const dataset = dataOf(options);
  const config = withoutNoise(options.config);
  const train = dataset.splits.train.slice(0, examples);
  if (config.training.pretrain !== null) return skipped("Pretraining comes before the first steps of the whole model.");
  const trainer = await openTrainer(options, { config, dataset: { ...dataset, splits: { ...dataset.splits, train } } });
  try {
    const { stepsPerEpoch, totalSteps } = trainer.plan;
    // a run no longer than this stands still for the second half of it
    const half = Math.max(1, Math.min(mostSteps, Math.floor(totalSteps / 2)));
    const moving = await trainFor(trainer, half);
    options.onProgress(0.5);
    if (!moving.every(Number.isFinite)) return skipped("The loss stopped being finite, so that there is nothing to compare.");
    trainer.setLearningRate(0);
    const still = await trainFor(trainer, half);
    const inTraining = still.slice(-Math.max(stepsPerEpoch, 1));
    const [trained, evaluated] = [meanOf(inTraining), (await trainer.evaluate("train", "current")).metrics.loss];
    const shift = Math.abs(evaluated - trained) / Math.abs(trained);
    const figures = { steps: trainer.step, loss_in_training: figure(trained), loss_in_inference: figure(evaluated), shift: figure(shift) };
    const compared = `The same weights come to a loss of ${short(trained)} in training mode and ${short(evaluated)} in inference mode`;
    const agrees = shift <= largestShift || Math.abs(evaluated - trained) <= negligible * Math.abs(moving[0]) + 3 * standardError(inTraining);
    return agrees ? passed(`${compared}.`, figures) : failed(`${compared}: what is learnt does not hold when it is used.`, figures, causeOf(options.config));
  } finally {
    await trainer.dispose();
  }
}

/** So many steps more, or as many as fit into the time. */
async function trainFor(trainer: Parameters<typeof trainTo>[0], steps: number): Promise<number[]> {
  const [losses, begun, goal]: [number[], number, number] = [[], performance.now(), trainer.step + steps];
  while (trainer.step < Math.min(goal, trainer.plan.totalSteps) && (losses.length < 30 || performance.now() - begun < milliseconds)) {
    losses.push(...(await trainTo(trainer, Math.min(goal, trainer.step + 10))));
    if (!losses.every(Number.isFinite)) break;
  }
  return losses;
}

/** The file without what is meant to differ between training and inference. */
function withoutNoise(config: TrainingConfig): TrainingConfig {
  const noisy = new Set(["dropout", "gaussian_noise"]);
  return {
    ...config,
    data: { ...config.data, augment: [] },
    model: mapLayers(config.model, (layer) => (noisy.has(layer.kind) ? null : layer)),
    schedule: { kind: "constant", arguments: { warmup_steps: 0 } },
    regularization: null,
    training: { ...config.training, unfreeze: null },
  };
}

function causeOf(config: TrainingConfig): { category: "architecture"; path: string; confidence: number; problem: "predictions" } {
  let found = "model";
  mapLayers(config.model, (layer) => {
    if (layer.kind === "batch_norm" && found === "model") found = layer.arguments.momentum === undefined ? layer.path : `${layer.path}.momentum`;
    return layer;
  });
  return { category: "architecture", path: found, confidence: found === "model" ? 0.4 : 0.7, problem: "predictions" };
}
