/** What a threshold decides, from the counts of a class' curve. */
import type { ClassFigures } from "../../../src/protocol/evaluation.js";
import { scoreOf, type ClassScore } from "./confusion.js";

/** Position of the last threshold that is at least `threshold`; -1 where nothing is decided for the class. */
export function positionAt({ thresholds }: Pick<ClassFigures, "thresholds">, threshold: number): number {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (thresholds[middle] >= threshold) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Decisions and scores where a probability of at least `threshold` decides for the class. */
export function scoresAt(figures: ClassFigures, threshold: number): ClassScore {
  const at = positionAt(figures, threshold);
  const [right, wrong] = at < 0 ? [0, 0] : [figures.truePositives[at], figures.falsePositives[at]];
  return scoreOf(figures.classes[figures.of], right, wrong, figures.positives - right, figures.negatives - wrong);
}

/** Points of the ROC curve, from (0, 0). */
export function rocPoints({ truePositives, falsePositives, positives, negatives }: ClassFigures): { readonly x: number[]; readonly y: number[] } {
  return { x: [0, ...falsePositives.map((count) => count / negatives)], y: [0, ...truePositives.map((count) => count / positives)] };
}

/** Points of the precision-recall curve, recall rising. */
export function precisionRecallPoints({ truePositives, falsePositives, positives }: ClassFigures): { readonly x: number[]; readonly y: number[] } {
  return { x: truePositives.map((count) => count / positives), y: truePositives.map((count, i) => count / (count + falsePositives[i])) };
}
