import type { LintRule } from "./defineLintRule.js";
import { dropoutBeforeBatchNorm } from "./dropoutBeforeBatchNorm.js";
import { learningRateRange } from "./learningRateRange.js";
import { missingNonlinearity } from "./missingNonlinearity.js";
import { noValidationData } from "./noValidationData.js";
import { sigmoidBeforeBinaryCrossEntropy } from "./sigmoidBeforeBinaryCrossEntropy.js";
import { softmaxBeforeCrossEntropy } from "./softmaxBeforeCrossEntropy.js";
import { zeroInitialisation } from "./zeroInitialisation.js";

/** Every rule about the file alone. */
export const lintRules: readonly LintRule[] = [
  softmaxBeforeCrossEntropy, sigmoidBeforeBinaryCrossEntropy, missingNonlinearity, zeroInitialisation,
  learningRateRange, dropoutBeforeBatchNorm, noValidationData,
];
