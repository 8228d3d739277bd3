/**
 * The check `initial-loss`: a model fresh from its initialisers knows nothing, so its first loss is that of chance. Karpathy, "A Recipe for
 * Training Neural Networks" (2019), "verify loss @ init".
 */
import { liveContext } from "../live/liveContext.js";
import { type CheckOptions, type CheckResult, failed, passed, skipped } from "./checkResult.js";
import { dataOf, lossesUnder, openTrainer } from "./shortRun.js";
import { figure, meanOf, short, standardError } from "./statistics.js";

/** Batches that are looked at. */
const batches = 20;
/** Times chance from which outputs begin too large: below, healthy runs mend it within some steps (unscaled iris begins at 4.5). A square grows twice as fast. */
const largest = { mse: 40, others: 10 };
/** Share of chance below which the answer must be known already. */
const smallest = 0.5;

/** Compares the mean loss of the first batches, in training mode, with what chance gives. */
export async function initialLoss(options: CheckOptions): Promise<CheckResult> {
  const { config } = options;
  const dataset = dataOf(options);
  const trainer = await openTrainer(options);
  const context = liveContext(config, dataset, trainer.plan);
  await trainer.dispose();
  const { start } = context;
  if (start === null || !(start > 0)) return skipped(`What chance gives is not known ${context.chance === null ? `for the loss ${context.loss.kind}` : "for weights that come from a file"}.`);
  const losses = await lossesUnder(options, undefined, batches);
  const [loss, error] = [meanOf(losses), standardError(losses)];
  const figures = { loss: figure(loss), chance: figure(start), batches: losses.length, times_chance: figure(loss / start) };
  const compared = `The first loss is ${short(loss)}; a model that knows nothing has about ${short(start)}`;
  if (!(loss <= (context.loss.kind === "mse" ? largest.mse : largest.others) * start + 2 * error)) {
    const unscaled = context.inputRms > 5;
    return failed(
      `${compared}. ${unscaled ? `Inputs have a root mean square of ${short(context.inputRms)}, and outputs are as large.` : "The initial weights make outputs that are too large."}`, { ...figures, input_rms: figure(context.inputRms) },
      unscaled
        ? { category: "preprocessing", path: "data.scaling", confidence: 0.8, fixes: [{ title: "Standardize the inputs", safe: false, edits: [{ path: "data.scaling", value: "standardize" }] }] }
        : { category: "initialisation", path: "model", confidence: 0.7 },
    );
  }
  if (context.loss.kind !== "mse" && loss + 3 * error < smallest * start) return failed(`${compared}. Does the target stand among the inputs?`, figures, { category: "data", path: "data", confidence: 0.6 });
  return passed(`${compared}.`, figures);
}
