/** The least of 1, 2, 5 times a power of ten that is at least `x`. */
export function niceCeiling(x: number): number {
  if (!(x > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(x));
  for (const factor of [1, 2, 5, 10]) if (factor * power >= x * (1 - 1e-12)) return factor * power;
  return 10 * power;
}

/**
 * Where the step axis of a live run ends: the next 1, 2, 5 x 10^k at or above the last step, so that lines grow into a picture that stands
 * still, but not beyond the run's end. A run that is over ends at its last step.
 */
export function axisEnd(lastStep: number, totalSteps: number | null, live: boolean): number {
  if (!live) return Math.max(1, lastStep);
  const nice = Math.max(10, niceCeiling(lastStep));
  return totalSteps !== null && totalSteps > 0 ? Math.max(lastStep, Math.min(nice, totalSteps)) : nice;
}

/** About `count` round positions in [min, max]: multiples of 1, 2 or 5 times a power of ten. */
export function linearTicks(min: number, max: number, count: number): number[] {
  const rough = (max - min) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const stride = [1, 2, 5, 10].map((factor) => factor * power).reduce((best, one) => (Math.abs(Math.log(one / rough)) < Math.abs(Math.log(best / rough)) ? one : best));
  const ticks: number[] = [];
  for (let i = Math.ceil(min / stride - 1e-9); i * stride <= max + stride * 1e-9; i++) ticks.push(Number((i * stride).toPrecision(12)));
  return ticks;
}

/** Evenly spread positions for a log axis: powers of ten, with 2 and 5 between where the span is short. */
export function logTicks(min: number, max: number): number[] {
  const low = Math.floor(Math.log10(min));
  const high = Math.ceil(Math.log10(max));
  const decades = Math.log10(max / min);
  const factors = decades <= 2.2 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / 5));
  const ticks: number[] = [];
  for (let power = low; power <= high; power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  }
  return ticks;
}
