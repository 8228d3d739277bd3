import { activationOnLogits } from "./activationOnLogits.js";
import { activationTwice } from "./activationTwice.js";
import { adagradRunsDry } from "./adagradRunsDry.js";
import { averageTooSlow } from "./averageTooSlow.js";
import { balancedTwice } from "./balancedTwice.js";
import { batchLargerThanData } from "./batchLargerThanData.js";
import { batchNormMomentum } from "./batchNormMomentum.js";
import { batchNormOfOne } from "./batchNormOfOne.js";
import { batchNormTinyBatch } from "./batchNormTinyBatch.js";
import { biasBeforeBatchNorm } from "./biasBeforeBatchNorm.js";
import { biasCorrectionOff } from "./biasCorrectionOff.js";
import { clipTooSmall } from "./clipTooSmall.js";
import { decayBeforeRate } from "./decayBeforeRate.js";
import { decaysTooEarly } from "./decaysTooEarly.js";
import { deepSaturatingStack } from "./deepSaturatingStack.js";
import type { LintRule } from "./defineLintRule.js";
import { dropoutAtOutput } from "./dropoutAtOutput.js";
import { dropoutBeforeBatchNorm } from "./dropoutBeforeBatchNorm.js";
import { dropoutBetweenBatchNorms } from "./dropoutBetweenBatchNorms.js";
import { dropoutTooHigh } from "./dropoutTooHigh.js";
import { earlyStoppingWithoutValidation } from "./earlyStoppingWithoutValidation.js";
import { epsilonTooLarge } from "./epsilonTooLarge.js";
import { hingeOnProbabilities } from "./hingeOnProbabilities.js";
import { initialisationForActivation } from "./initialisationForActivation.js";
import { labelSmoothingTooHigh } from "./labelSmoothingTooHigh.js";
import { learningRateRange } from "./learningRateRange.js";
import { longFirstRun } from "./longFirstRun.js";
import { lossAgainstTask } from "./lossAgainstTask.js";
import { manySearchedSettings } from "./manySearchedSettings.js";
import { maxNormTooSmall } from "./maxNormTooSmall.js";
import { metricForTask } from "./metricForTask.js";
import { missingNonlinearity } from "./missingNonlinearity.js";
import { momentumRange } from "./momentumRange.js";
import { nesterovWithoutMomentum } from "./nesterovWithoutMomentum.js";
import { nllWithoutLogSoftmax } from "./nllWithoutLogSoftmax.js";
import { noClippingOnRecurrent } from "./noClippingOnRecurrent.js";
import { noiseTooStrong } from "./noiseTooStrong.js";
import { normalisationAtOutput } from "./normalisationAtOutput.js";
import { normalisesOneValue } from "./normalisesOneValue.js";
import { noValidationData } from "./noValidationData.js";
import { orderNotSeen } from "./orderNotSeen.js";
import { outputsNotProbabilities } from "./outputsNotProbabilities.js";
import { patienceBeyondRun } from "./patienceBeyondRun.js";
import { penalisedBiases } from "./penalisedBiases.js";
import { penaltyTooStrong } from "./penaltyTooStrong.js";
import { rateForBatch } from "./rateForBatch.js";
import { rateGrows } from "./rateGrows.js";
import { reluInRecurrentLayer } from "./reluInRecurrentLayer.js";
import { reluStartsDead } from "./reluStartsDead.js";
import { sameDataInTwoSplits } from "./sameDataInTwoSplits.js";
import { scheduleBeyondRun } from "./scheduleBeyondRun.js";
import { seesTheAnswer } from "./seesTheAnswer.js";
import { seluNotSelfNormalising } from "./seluNotSelfNormalising.js";
import { sigmoidBeforeBinaryCrossEntropy } from "./sigmoidBeforeBinaryCrossEntropy.js";
import { sigmoidForClasses } from "./sigmoidForClasses.js";
import { softmaxBeforeCrossEntropy } from "./softmaxBeforeCrossEntropy.js";
import { softmaxForLabels } from "./softmaxForLabels.js";
import { softmaxInHiddenLayer } from "./softmaxInHiddenLayer.js";
import { softmaxOverOneUnit } from "./softmaxOverOneUnit.js";
import { stopsOnTrainingData } from "./stopsOnTrainingData.js";
import { strideSkipsInputs } from "./strideSkipsInputs.js";
import { tooFewEpochs } from "./tooFewEpochs.js";
import { tooFewSeeds } from "./tooFewSeeds.js";
import { typingSlip } from "./typingSlip.js";
import { warmupBeyondRun } from "./warmupBeyondRun.js";
import { weightDecayTooStrong } from "./weightDecayTooStrong.js";
import { weightsShrunkTwice } from "./weightsShrunkTwice.js";
import { zeroInitialisation } from "./zeroInitialisation.js";

/** Every rule about the file alone. */
export const lintRules: readonly LintRule[] = [
  softmaxBeforeCrossEntropy, sigmoidBeforeBinaryCrossEntropy, outputsNotProbabilities, activationOnLogits, softmaxOverOneUnit,
  sigmoidForClasses, missingNonlinearity, deepSaturatingStack, zeroInitialisation, normalisationAtOutput, learningRateRange,
  epsilonTooLarge, batchNormOfOne, dropoutAtOutput, dropoutTooHigh, dropoutBeforeBatchNorm, penaltyTooStrong, noValidationData,
  seesTheAnswer, softmaxForLabels, softmaxInHiddenLayer, activationTwice, initialisationForActivation, reluStartsDead, seluNotSelfNormalising,
  reluInRecurrentLayer, biasBeforeBatchNorm, dropoutBetweenBatchNorms, normalisesOneValue, strideSkipsInputs, orderNotSeen,
  noClippingOnRecurrent, lossAgainstTask, nllWithoutLogSoftmax, hingeOnProbabilities, labelSmoothingTooHigh, balancedTwice, momentumRange,
  biasCorrectionOff, adagradRunsDry, nesterovWithoutMomentum, weightsShrunkTwice, weightDecayTooStrong, maxNormTooSmall, penalisedBiases,
  clipTooSmall, metricForTask, scheduleBeyondRun, warmupBeyondRun, decaysTooEarly, rateGrows, decayBeforeRate, rateForBatch, typingSlip,
  tooFewEpochs, longFirstRun, tooFewSeeds, batchLargerThanData, batchNormTinyBatch, batchNormMomentum, averageTooSlow, noiseTooStrong, earlyStoppingWithoutValidation,
  patienceBeyondRun, stopsOnTrainingData, sameDataInTwoSplits, manySearchedSettings,
];
