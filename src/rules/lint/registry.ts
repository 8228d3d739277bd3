import type { LintRule } from "./defineLintRule.js";
import { activationOnLogits } from "./activationOnLogits.js";
import { batchNormOfOne } from "./batchNormOfOne.js";
import { deepSaturatingStack } from "./deepSaturatingStack.js";
import { dropoutAtOutput } from "./dropoutAtOutput.js";
import { dropoutBeforeBatchNorm } from "./dropoutBeforeBatchNorm.js";
import { dropoutTooHigh } from "./dropoutTooHigh.js";
import { epsilonTooLarge } from "./epsilonTooLarge.js";
import { learningRateRange } from "./learningRateRange.js";
import { metricForTask } from "./metricForTask.js";
import { missingNonlinearity } from "./missingNonlinearity.js";
import { normalisationAtOutput } from "./normalisationAtOutput.js";
import { noValidationData } from "./noValidationData.js";
import { outputsNotProbabilities } from "./outputsNotProbabilities.js";
import { penaltyTooStrong } from "./penaltyTooStrong.js";
import { seesTheAnswer } from "./seesTheAnswer.js";
import { sigmoidBeforeBinaryCrossEntropy } from "./sigmoidBeforeBinaryCrossEntropy.js";
import { sigmoidForClasses } from "./sigmoidForClasses.js";
import { softmaxBeforeCrossEntropy } from "./softmaxBeforeCrossEntropy.js";
import { softmaxOverOneUnit } from "./softmaxOverOneUnit.js";
import { zeroInitialisation } from "./zeroInitialisation.js";

/** Every rule about the file alone. */
export const lintRules: readonly LintRule[] = [
  softmaxBeforeCrossEntropy, sigmoidBeforeBinaryCrossEntropy, outputsNotProbabilities, activationOnLogits, softmaxOverOneUnit, sigmoidForClasses,
  missingNonlinearity, deepSaturatingStack, zeroInitialisation, normalisationAtOutput,
  learningRateRange, epsilonTooLarge, batchNormOfOne, dropoutAtOutput, dropoutTooHigh, dropoutBeforeBatchNorm, penaltyTooStrong, noValidationData, seesTheAnswer, metricForTask,
];
