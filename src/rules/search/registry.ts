import type { SearchRule } from "./defineSearchRule.js";
import { winnerAtBorder } from "./winnerAtBorder.js";
import { winnerWithinSeeds } from "./winnerWithinSeeds.js";

/** Rules that look at a finished search. */
export const searchRules: readonly SearchRule[] = [winnerAtBorder, winnerWithinSeeds];
