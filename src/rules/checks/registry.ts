import type { CheckId } from "../../protocol/checks.js";
import { batchSize } from "./batchSize.js";
import type { Check } from "./checkResult.js";
import { gradient } from "./gradient.js";
import { initialLoss } from "./initialLoss.js";
import { learningRateRange } from "./learningRateRange.js";
import { lossFalls } from "./lossFalls.js";
import { overfitBatch } from "./overfitBatch.js";
import { seeds } from "./seeds.js";
import { shuffledLabels } from "./shuffledLabels.js";
import { trainEval } from "./trainEval.js";
import { zeroedInput } from "./zeroedInput.js";

/** Every short experiment. */
export const checks: Readonly<Record<CheckId, Check>> = {
  "initial-loss": initialLoss,
  gradient,
  "overfit-batch": overfitBatch,
  "loss-falls": lossFalls,
  "zeroed-input": zeroedInput,
  "shuffled-labels": shuffledLabels,
  "train-eval": trainEval,
  "learning-rate-range": learningRateRange,
  "batch-size": batchSize,
  seeds,
};
