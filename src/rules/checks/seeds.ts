/** The check `seeds`: how much a short run depends on its luck. Bouthillier et al., "Accounting for Variance in Machine Learning Benchmarks" (2021). */
import { type CheckOptions, type CheckResult, failed, passed, skipped } from "./checkResult.js";
import { openTrainer, ratePath, trainTo } from "./shortRun.js";
import { deviationOf, figure, meanOf, short } from "./statistics.js";

const runs = 5;
/** Milliseconds of the first run; the others do as many steps. */
const runMilliseconds = 1500;
const [leastSteps, mostSteps] = [30, 1000];
/** A run learns where so much of its first loss is gone; the worst run has learnt nothing beside the best one where it took off less than a quarter of that. */
const [learns, share] = [0.2, 0.25];

/** Trains briefly from five seeds, of weights, order and masks; fails where some runs learn and others do not, or break. */
export async function seeds(options: CheckOptions): Promise<CheckResult> {
  const { config } = options;
  if (config.training.pretrain !== null) return skipped("Pretraining comes before the first steps of the whole model.");
  const [finals, gone]: [number[], number[]] = [[], []];
  let steps = mostSteps;
  for (let run = 0; run < runs; run++) {
    const trainer = await openTrainer(options, { config: { ...config, seed: config.seed + run } });
    try {
      const losses: number[] = [];
      const begun = performance.now();
      while (trainer.step < Math.min(steps, trainer.plan.totalSteps) && losses.every(Number.isFinite)) {
        losses.push(...(await trainTo(trainer, trainer.step + 10)));
        if (run === 0 && trainer.step >= leastSteps && performance.now() - begun > runMilliseconds) break;
      }
      if (run === 0) steps = trainer.step;
      const window = Math.max(1, Math.floor(losses.length / 5));
      const final = losses.every(Number.isFinite) ? meanOf(losses.slice(-window)) : Number.NaN;
      finals.push(final);
      gone.push((losses[0] - final) / Math.abs(losses[0]));
    } finally {
      await trainer.dispose();
    }
    options.onProgress((run + 1) / runs);
  }
  const finite = finals.filter(Number.isFinite);
  const figures = {
    seeds: runs, steps, losses: finals.map(figure), mean: figure(meanOf(finite)), deviation: figure(deviationOf(finite)),
    smallest: figure(Math.min(...finite)), largest: figure(Math.max(...finite)), broken: runs - finite.length,
  };
  if (finite.length < runs) return failed(`Of ${runs} runs from different seeds ${runs - finite.length} broke: their loss stopped being finite.`, figures, { category: "learning_rate", path: ratePath(config), confidence: 0.6 });
  const [best, worst] = [Math.max(...gone), Math.min(...gone)];
  const spread = `${runs} runs of ${steps} steps from different seeds come to ${short(meanOf(finite))} ± ${short(deviationOf(finite))} (${short(Math.min(...finite))} to ${short(Math.max(...finite))})`;
  if (best > learns && worst < share * best) {
    const stuck = gone.filter((part) => part < share * best).length;
    return failed(`${spread}: ${stuck} of them hardly learnt. What this run shows depends on its seed.`, { ...figures, stuck }, { category: "initialisation", path: "model", confidence: 0.5 });
  }
  return passed(`${spread}.`, figures);
}
