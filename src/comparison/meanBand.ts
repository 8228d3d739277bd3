import type { Series } from "../common/series/series.js";
import { deviationOf, meanOf } from "../common/statistics/sample.js";

/** Mean and standard deviation (n - 1; 0 of a single curve) over curves, at the steps that all of them have. */
export interface MeanBand {
  readonly steps: number[];
  readonly mean: number[];
  readonly deviation: number[];
}

/** Steps at which a band is computed at most: more than a chart has columns. */
const mostSteps = 2000;

/**
 * The band of repetitions of one curve, which are usually measured at the same steps; where they are not, each curve's last value before a step of the
 * first one stands in, as long as all curves go on. Null where there is no curve with points. Values that are not finite leave a gap.
 */
export function meanBand(curves: readonly Series[]): MeanBand | null {
  const filled = curves.filter(({ length }) => length > 0);
  if (filled.length === 0) return null;
  const from = Math.max(...filled.map(({ steps }) => steps.get(0)));
  const to = Math.min(...filled.map(({ steps, length }) => steps.get(length - 1)));
  const [first] = filled;
  const every = Math.max(1, Math.ceil(first.length / mostSteps));
  const band: MeanBand = { steps: [], mean: [], deviation: [] };
  for (let i = 0; i < first.length; i += every) {
    const step = first.steps.get(i);
    if (step < from || step > to) continue;
    const values = filled.map((series) => series.values.get(indexAt(series, step)));
    band.steps.push(step);
    band.mean.push(meanOf(values));
    band.deviation.push(values.length > 1 ? deviationOf(values) : 0);
  }
  return band.steps.length === 0 ? null : band;
}

/** The last point at or before a step. */
function indexAt(series: Series, step: number): number {
  const at = series.steps.lowerBound(step);
  return at < series.length && series.steps.get(at) === step ? at : Math.max(0, at - 1);
}
