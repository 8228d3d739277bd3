import { alwaysClipped } from "./alwaysClipped.js";
import { batchTooNoisy } from "./batchTooNoisy.js";
import { classNeverPredicted } from "./classNeverPredicted.js";
import { dataWaiting } from "./dataWaiting.js";
import { deadUnits } from "./deadUnits.js";
import type { LiveRule } from "./defineLiveRule.js";
import { explodingGradient } from "./explodingGradient.js";
import { gradientSpikes } from "./gradientSpikes.js";
import { initialLoss } from "./initialLoss.js";
import { lossNotDecreasing } from "./lossNotDecreasing.js";
import { negativeLoss } from "./negativeLoss.js";
import { noGapBetweenCurves } from "./noGapBetweenCurves.js";
import { nonFiniteLayer } from "./nonFiniteLayer.js";
import { nonFiniteLoss } from "./nonFiniteLoss.js";
import { oscillatingLoss } from "./oscillatingLoss.js";
import { overfitting } from "./overfitting.js";
import { saturatedUnits } from "./saturatedUnits.js";
import { scheduleNotReached } from "./scheduleNotReached.js";
import { tooFewSteps } from "./tooFewSteps.js";
import { tooGoodToBeTrue } from "./tooGoodToBeTrue.js";
import { underfitting } from "./underfitting.js";
import { unevenActivations } from "./unevenActivations.js";
import { unstableCurvature } from "./unstableCurvature.js";
import { updateRatio } from "./updateRatio.js";
import { validationAtChance } from "./validationAtChance.js";
import { vanishingGradient } from "./vanishingGradient.js";
import { weightsUnchanged } from "./weightsUnchanged.js";
import { worseThanNeighbours } from "./worseThanNeighbours.js";

/** Every rule that watches a run. */
export const liveRules: readonly LiveRule[] = [
  nonFiniteLoss, initialLoss, lossNotDecreasing, explodingGradient, tooFewSteps, overfitting, negativeLoss, nonFiniteLayer,
  vanishingGradient, deadUnits, saturatedUnits, weightsUnchanged, unevenActivations, updateRatio, gradientSpikes, alwaysClipped,
  oscillatingLoss, batchTooNoisy, underfitting, noGapBetweenCurves, scheduleNotReached, tooGoodToBeTrue, classNeverPredicted, validationAtChance, worseThanNeighbours, unstableCurvature, dataWaiting,
];
