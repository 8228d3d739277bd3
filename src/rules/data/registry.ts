import { classImbalance } from "./classImbalance.js";
import type { DataRule } from "./defineDataRule.js";
import { outputWidth } from "./outputWidth.js";
import { regressionOutputRange } from "./regressionOutputRange.js";
import { unscaledInputs } from "./unscaledInputs.js";

/** Every rule about the file and its data. */
export const dataRules: readonly DataRule[] = [outputWidth, regressionOutputRange, unscaledInputs, classImbalance];
