import { augmentationTooStrong } from "./augmentationTooStrong.js";
import { classImbalance } from "./classImbalance.js";
import { classWithoutWeight } from "./classWithoutWeight.js";
import { columnIsTheLabel } from "./columnIsTheLabel.js";
import { constantInputs } from "./constantInputs.js";
import { contradictoryLabels } from "./contradictoryLabels.js";
import type { DataRule } from "./defineDataRule.js";
import { duplicatedInputs } from "./duplicatedInputs.js";
import { examplesInTwoSplits } from "./examplesInTwoSplits.js";
import { fewExamplesOfClass } from "./fewExamplesOfClass.js";
import { initialisationScale } from "./initialisationScale.js";
import { inputOutliers } from "./inputOutliers.js";
import { lossForClasses } from "./lossForClasses.js";
import { narrowBottleneck } from "./narrowBottleneck.js";
import { outputWidth } from "./outputWidth.js";
import { regressionOutputRange } from "./regressionOutputRange.js";
import { reluOutput } from "./reluOutput.js";
import { shiftBetweenSplits } from "./shiftBetweenSplits.js";
import { shrinksToNothing } from "./shrinksToNothing.js";
import { sortedByClass } from "./sortedByClass.js";
import { splitMissesClass } from "./splitMissesClass.js";
import { targetScale } from "./targetScale.js";
import { targetsNotProbabilities } from "./targetsNotProbabilities.js";
import { tooManyParameters } from "./tooManyParameters.js";
import { unscaledInputs } from "./unscaledInputs.js";

/** Every rule about the file and its data. */
export const dataRules: readonly DataRule[] = [
  outputWidth, lossForClasses, targetsNotProbabilities, regressionOutputRange, reluOutput, narrowBottleneck, initialisationScale,
  unscaledInputs, classImbalance, classWithoutWeight, targetScale, shrinksToNothing, constantInputs, duplicatedInputs, inputOutliers, columnIsTheLabel,
  examplesInTwoSplits, sortedByClass, splitMissesClass, shiftBetweenSplits, fewExamplesOfClass, contradictoryLabels, tooManyParameters, augmentationTooStrong,
];
