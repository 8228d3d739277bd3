/** The check `learning-rate-range`: the rate is raised step by step, and the file's own is compared with where the loss falls and where it breaks. */
import { type CheckOptions, type CheckResult, failed, passed, skipped } from "./checkResult.js";
import { inner, ratesBetween, smoothed, suggestions } from "./rateCurve.js";
import { beginsTrained, openTrainer, ratePath, trainTo } from "./shortRun.js";
import { figure, short } from "./statistics.js";

/** As in fastai's `lr_find`. */
const [lowest, highest, steps] = [1e-7, 10, 100];
/** The test ends where the smoothed loss is this many times its best. */
const diverged = 4;
/** How far above the rate with the smallest loss, and below the least suggestion, the file's rate may be. The range test moves by one step a rate: what breaks a run at once lies beyond its minimum. */
const [tooHigh, tooLow] = [3, 1000];
/** Share of its fall that the smoothed loss must have risen again at a rate that is too high. */
const risen = 0.1;

/** Fails where the file's rate lies where the loss no longer falls, or three orders of magnitude below everything that is suggested. */
export async function learningRateRange(options: CheckOptions): Promise<CheckResult> {
  const { config } = options;
  const rate = Number(config.optimizer.arguments.lr);
  if (config.training.pretrain !== null) return skipped("Pretraining comes before the first steps of the whole model.");
  const curve = await rangeOf(options);
  if (curve.rates.length < 20) {
    const told = `The loss stops being finite after ${curve.rates.length} steps at rates below ${short(curve.rates.at(-1) ?? lowest)}`;
    return failed(`${told}: no rate is small enough.`, { steps: curve.rates.length }, { category: "preprocessing", path: "data.scaling", confidence: 0.5 });
  }
  const { steepest, minimumTenth, valley } = suggestions(inner(curve));
  const figures = {
    rate, steepest: named(steepest), minimum_tenth: figure(minimumTenth), valley: named(valley), broke_at: curve.broke === null ? "never" : figure(curve.broke),
    rates: curve.rates.map(figure), losses: curve.losses.map(figure),
  };
  const fallen = 1 - Math.min(...curve.losses) / Math.abs(curve.losses[0]);
  const proposed = [steepest, minimumTenth, valley].filter((value) => value !== null);
  const told = `The range test suggests rates of ${proposed.map(short).join(", ")} (${["steepest", "minimum / 10", "valley"].filter((_, i) => [steepest, minimumTenth, valley][i] !== null).join(", ")}); the file has ${short(rate)}`;
  const suggested = valley ?? minimumTenth;
  const fixes = [{ title: `Set lr to ${short(suggested)}`, safe: false, edits: [{ path: ratePath(config), value: Number(suggested.toPrecision(2)) }] }];
  const cause = { category: "learning_rate" as const, path: ratePath(config), confidence: 0.75, fixes };
  if (rate > tooHigh * 10 * minimumTenth && risenAt(curve, rate) > risen) return failed(`${told}: there the loss rises.`, figures, cause);
  // a curve that hardly falls, and weights that know something already, say nothing of rates that are small
  if (fallen > 0.05 && !beginsTrained(config) && rate < Math.min(...proposed) / tooLow) return failed(`${told}: its steps are too small to learn anything in the time.`, figures, cause);
  return passed(`${told}.`, figures);
}

/** How much of what the loss fell it has risen again at a rate; infinite where it broke before. */
function risenAt({ rates, losses }: { readonly rates: readonly number[]; readonly losses: readonly number[] }, rate: number): number {
  const at = rates.findIndex((tried) => tried >= rate);
  if (at < 0) return Infinity;
  const least = Math.min(...losses);
  return (losses[at] - least) / Math.max(losses[0] - least, 1e-12);
}

/** The curve, and the rate at which it broke (null: at none). */
async function rangeOf(options: CheckOptions): Promise<{ readonly rates: number[]; readonly losses: number[]; readonly broke: number | null }> {
  const { config } = options;
  const trainer = await openTrainer(options, { chunkSteps: 1, config: { ...config, schedule: { kind: "constant", arguments: { warmup_steps: 0 } }, training: { ...config.training, epochs: null, steps: steps + 1, unfreeze: null } } });
  const [rates, raw]: [number[], number[]] = [[], []];
  try {
    for (const rate of ratesBetween(lowest, highest, steps)) {
      trainer.setLearningRate(rate);
      const [loss] = await trainTo(trainer, trainer.step + 1);
      const means = smoothed([...raw, loss]);
      if (!Number.isFinite(loss) || means[means.length - 1] > diverged * Math.min(...means)) return { rates, losses: smoothed(raw), broke: rate };
      rates.push(rate);
      raw.push(loss);
      options.onProgress(rates.length / steps);
    }
    return { rates, losses: smoothed(raw), broke: null };
  } finally {
    await trainer.dispose();
  }
}

function named(value: number | null): ReturnType<typeof figure> | string {
  return value === null ? "none" : figure(value);
}
