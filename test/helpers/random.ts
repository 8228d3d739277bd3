/** Seeded random numbers for tests: mulberry32. */
export function randomSource(seed: number): { uniform(low?: number, high?: number): number; normals(count: number): number[]; uniforms(count: number, low: number, high: number): number[] } {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const uniform = (low = 0, high = 1): number => low + (high - low) * next();
  return {
    uniform,
    uniforms: (count, low, high) => Array.from({ length: count }, () => uniform(low, high)),
    normals: (count) => Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
  };
}
