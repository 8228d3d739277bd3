import type { GroupRule } from "./defineGroupRule.js";
import { highVarianceBetweenSeeds } from "./highVarianceBetweenSeeds.js";

/** Rules that look at several runs of one file together. */
export const groupRules: readonly GroupRule[] = [highVarianceBetweenSeeds];
