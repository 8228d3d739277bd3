/** The check `loss-falls`: the run's own first steps make the loss smaller on the very batches that it began with. */
import { type Cause, type CheckOptions, type CheckResult, failed, passed, skipped } from "./checkResult.js";
import { lossesUnder, openTrainer, ratePath, trainTo } from "./shortRun.js";
import { figure, meanOf, short, standardError } from "./statistics.js";

/** Steps between two comparisons, and batches that are compared. */
const round = 100;
const compared = 20;
/** Milliseconds after which no further round is begun. */
const patience = 4000;
/** Share of the loss that must be gone. Measured on digits with Adam: 11 % in 100 steps at 1e-4, 1.4 % at 1e-5; 0.1 % in 675 steps at 1e-7. */
const leastFall = 0.01;

/**
 * Trains as the file says, a hundred steps at a time, until the loss on the first batches is smaller by one per cent and by more than its noise;
 * fails where some seconds or the whole run do not get there. Before and after are paired: same batches, same masks.
 */
export async function lossFalls(options: CheckOptions): Promise<CheckResult> {
  const { config } = options;
  if (config.training.pretrain !== null) return skipped("Pretraining comes before the first steps of the whole model.");
  const trainer = await openTrainer(options);
  try {
    const before = await lossesUnder(options, undefined, compared);
    const begun = performance.now();
    const losses: number[] = [];
    for (;;) {
      losses.push(...(await trainTo(trainer, losses.length + round)));
      const finite = losses.every(Number.isFinite);
      const after = finite ? await lossesUnder(options, trainer.state().tensors, compared) : [losses.at(-1)!];
      const falls = before.flatMap((loss, i) => (i < after.length ? [loss - after[i]] : []));
      const [first, last, fall] = [meanOf(before), meanOf(after), meanOf(falls)];
      const figures = { steps: losses.length, loss_before: figure(first), loss_after: figure(last), fall: figure(fall / first), noise: figure(standardError(falls) / first) };
      options.onProgress(Math.min(1, (performance.now() - begun) / patience));
      if (finite && fall > leastFall * Math.abs(first) && fall > 2 * standardError(falls)) return passed(`The loss fell from ${short(first)} to ${short(last)} in ${losses.length} steps.`, figures);
      const isOver = !finite || trainer.step >= trainer.plan.totalSteps || performance.now() - begun > patience;
      if (isOver) return failed(`In ${losses.length} steps the loss went from ${short(first)} to ${short(last)}: it does not fall.`, figures, causeOf(falls, last, first, ratePath(config)));
    }
  } finally {
    await trainer.dispose();
  }
}

/** A loss that rises or breaks: too large steps; one that falls, but hardly: too small ones; one that stands still: nothing reaches the weights. */
function causeOf(falls: readonly number[], last: number, first: number, rate: string): Cause {
  const fall = meanOf(falls);
  if (!Number.isFinite(last) || last > 1.1 * first) return { category: "learning_rate", path: rate, confidence: 0.7 };
  if (fall > 2 * standardError(falls) && fall > 0) return { category: "learning_rate", path: rate, confidence: 0.6 };
  return { category: "architecture", path: "model", confidence: 0.4 };
}
