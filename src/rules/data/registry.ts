import { classImbalance } from "./classImbalance.js";
import type { DataRule } from "./defineDataRule.js";
import { initialisationScale } from "./initialisationScale.js";
import { lossForClasses } from "./lossForClasses.js";
import { narrowBottleneck } from "./narrowBottleneck.js";
import { outputWidth } from "./outputWidth.js";
import { regressionOutputRange } from "./regressionOutputRange.js";
import { reluOutput } from "./reluOutput.js";
import { targetsNotProbabilities } from "./targetsNotProbabilities.js";
import { unscaledInputs } from "./unscaledInputs.js";

/** Every rule about the file and its data. */
export const dataRules: readonly DataRule[] = [outputWidth, lossForClasses, targetsNotProbabilities, regressionOutputRange, reluOutput, narrowBottleneck, initialisationScale, unscaledInputs, classImbalance];
