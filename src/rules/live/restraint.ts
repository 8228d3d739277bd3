import type { Symptom } from "./defineLiveRule.js";
import type { LiveContext } from "./liveContext.js";
import { short } from "./lowerRate.js";

/**
 * Restraint below the bounds of lint (dropout-too-high, penalty-too-strong, weight-decay-too-strong): healthy models bear it, so it is suspected only where
 * one does not learn. Measured on the digits (sources of those rules): 0.5 four times (6 % kept), l2 0.01 and l1 0.003 cost a few points.
 */
const suspect = { kept: 0.1, l1: 0.003, l2: 0.01, decay: 1, plainDecay: 0.02 } as const;

/** What in the file holds a model back that does not learn: dropouts that leave a tenth of what comes in or less, penalties, decay. null: nothing out of the ordinary. */
export function strongRestraint({ config, optimizer }: LiveContext): Pick<Symptom, "at" | "category" | "confidence" | "guess" | "fixes"> | null {
  const blame = (at: string, guess: string, value: number): ReturnType<typeof strongRestraint> =>
    ({ at, category: "regularization", confidence: 0.65, guess, fixes: [{ title: `Set ${at.split(".").at(-1)!} to ${value}`, safe: false, edits: [{ path: at, value }] }] });
  const dropouts = config.model.filter(({ kind, arguments: { rate } }) => kind === "dropout" && Number(rate) > 0);
  const kept = dropouts.reduce((share, { arguments: { rate } }) => share * (1 - Number(rate)), 1);
  const strongest = dropouts.toSorted((a, b) => Number(b.arguments.rate) - Number(a.arguments.rate))[0];
  if (strongest !== undefined && kept <= suspect.kept) return blame(strongest.path, `Dropout leaves ${short(100 * kept)} % of what comes in.`, 0.2);
  const { regularization } = config;
  if (regularization !== null && regularization.l1 >= suspect.l1) return blame("regularization.l1", `An l1 of ${short(regularization.l1)} may outweigh the loss.`, 1e-4);
  if (regularization !== null && regularization.l2 >= suspect.l2) return blame("regularization.l2", `An l2 of ${short(regularization.l2)} may outweigh the loss.`, 1e-4);
  const written = regularization?.weightDecay ?? 0;
  const decay = written > 0 ? written : Number(config.optimizer.arguments.weight_decay ?? 0);
  const at = written > 0 ? "regularization.weight_decay" : `optimizer.${optimizer.kind}.weight_decay`;
  return decay >= (optimizer.kind === "sgd" ? suspect.plainDecay : suspect.decay) ? blame(at, `A decay of ${short(decay)} may pull the weights to nothing.`, 0.01) : null;
}
