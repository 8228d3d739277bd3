import { formatCount, formatValue } from "../../src/common/format.js";
import type { SeriesFacts } from "../../src/common/series/series.js";

/** A line in words: `train fell from 2.31 to 0.0812 in 412 steps`. Changes under 2 % read as "stayed near". */
export function describeCurve(label: string, { first, lastFinite: last, count, nonFinite }: SeriesFacts): string {
  if (first === null || last === null) return count === 0 ? `${label} has no points yet` : `${label} has no finite value in ${formatCount(count)} points`;
  const [from, to] = [first.value, last.value];
  const strange = nonFinite > 0 ? `, not finite at ${formatCount(nonFinite)} of its points` : "";
  if (first.step === last.step) return `${label} is ${formatValue(to)} at step ${formatCount(last.step)}${strange}`;
  const distance = last.step - first.step;
  const steps = distance === 1 ? "1 step" : `${formatCount(distance)} steps`;
  const size = Math.max(Math.abs(from), Math.abs(to));
  if (Math.abs(to - from) <= 0.02 * size) return `${label} stayed near ${formatValue(to)} over ${steps}${strange}`;
  return `${label} ${to < from ? "fell" : "rose"} from ${formatValue(from)} to ${formatValue(to)} in ${steps}${strange}`;
}
