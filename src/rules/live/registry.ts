import type { LiveRule } from "./defineLiveRule.js";
import { explodingGradient } from "./explodingGradient.js";
import { initialLoss } from "./initialLoss.js";
import { lossNotDecreasing } from "./lossNotDecreasing.js";
import { nonFiniteLoss } from "./nonFiniteLoss.js";
import { overfitting } from "./overfitting.js";
import { tooFewSteps } from "./tooFewSteps.js";

/** Every rule that watches a run. */
export const liveRules: readonly LiveRule[] = [nonFiniteLoss, initialLoss, lossNotDecreasing, explodingGradient, tooFewSteps, overfitting];
