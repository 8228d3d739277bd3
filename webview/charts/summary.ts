import { formatCount, formatValue } from "../../src/common/format.js";
import type { Curve } from "./series.js";

/** A line in words: `train fell from 2.31 to 0.0812 in 412 steps`. Changes under 2 % read as "stayed near". */
export function describeCurve(label: string, curve: Curve): string {
  const first = edge(curve, 1);
  const last = edge(curve, -1);
  if (first < 0) return curve.length === 0 ? `${label} has no points yet` : `${label} has no finite value in ${formatCount(curve.length)} points`;
  const [from, to] = [curve.values[first], curve.values[last]];
  const strange = curve.nonFinite.length > 0 ? `, not finite at ${formatCount(curve.nonFinite.length)} of its points` : "";
  if (first === last) return `${label} is ${formatValue(to)} at step ${formatCount(curve.steps[last])}${strange}`;
  const steps = `${formatCount(curve.steps[last] - curve.steps[first])} steps`;
  const size = Math.max(Math.abs(from), Math.abs(to));
  if (Math.abs(to - from) <= 0.02 * size) return `${label} stayed near ${formatValue(to)} over ${steps}${strange}`;
  return `${label} ${to < from ? "fell" : "rose"} from ${formatValue(from)} to ${formatValue(to)} in ${steps}${strange}`;
}

/** The first finite value's index from the start (`direction` 1) or the end (-1); -1 where none is. */
function edge(curve: Curve, direction: 1 | -1): number {
  for (let i = direction > 0 ? 0 : curve.length - 1; i >= 0 && i < curve.length; i += direction) if (Number.isFinite(curve.values[i])) return i;
  return -1;
}
