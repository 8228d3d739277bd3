/** Each level's block covers this many of the level below: measured best between 2 and 16 in memory and time. */
const factor = 4;

interface Level {
  readonly size: number;
  min: Float64Array;
  max: Float64Array;
}

/**
 * Minimum and maximum of any stretch of n entries of a growing array in O(√n): level k holds them for blocks of 4^k values.
 * Only finite values count; a block without any has min = Infinity, max = -Infinity.
 */
export class Pyramid {
  private readonly levels: Level[] = [];
  private length = 0;

  /** Takes in `values[length of the last call .. end)`; the array may have been reallocated in between. */
  extend(values: Float64Array, end: number): void {
    for (let size = factor, k = 0; size / factor < end; size *= factor, k++) {
      const blocks = Math.ceil(end / size);
      const level = (this.levels[k] ??= { size, min: new Float64Array(0), max: new Float64Array(0) });
      grow(level, blocks);
      const below = this.levels[k - 1];
      for (let b = Math.floor(this.length / size); b < blocks; b++) this.join(below ?? null, values, level, b, Math.ceil((end * factor) / size));
    }
    this.length = end;
  }

  /** Forgets what lies at `length` and after; the next `extend` computes the cut blocks anew. */
  truncate(length: number): void {
    this.length = Math.min(this.length, length);
  }

  /**
   * Minimum and maximum of the finite values in `[from, to)`, into `out[0]`, `out[1]`. One level is used, with blocks of about the square root of
   * the stretch, and the values themselves at its ends: three plain loops over neighbouring memory.
   */
  range(values: Float64Array, from: number, to: number, out: Float64Array): void {
    out[0] = Infinity;
    out[1] = -Infinity;
    let k = -1;
    while (k + 1 < this.levels.length && this.levels[k + 1].size ** 2 <= 4 * (to - from)) k++;
    if (k < 0) {
      scan(values, values, from, to, out);
      return;
    }
    const { size, min, max } = this.levels[k];
    const firstBlock = Math.ceil(from / size);
    const endBlock = Math.floor(to / size);
    scan(values, values, from, firstBlock * size, out);
    scan(min, max, firstBlock, endBlock, out);
    scan(values, values, endBlock * size, to, out);
  }

  /** Computes one block from those of the level below, or from the values. */
  private join(below: Level | null, values: Float64Array, level: Level, block: number, endBelow: number): void {
    extremes[0] = Infinity;
    extremes[1] = -Infinity;
    const from = block * factor;
    scan(below?.min ?? values, below?.max ?? values, from, Math.min(from + factor, endBelow), extremes);
    level.min[block] = extremes[0];
    level.max[block] = extremes[1];
  }
}

const extremes = new Float64Array(2);

/** Widens `out` by the finite entries in [from, to): the least of `lows`, the greatest of `highs`. */
function scan(lows: Float64Array, highs: Float64Array, from: number, to: number, out: Float64Array): void {
  let min = out[0];
  let max = out[1];
  for (let i = from; i < to; i++) {
    const low = lows[i];
    const high = highs[i];
    if (low < min && low > -Infinity) min = low;
    if (high > max && high < Infinity) max = high;
  }
  out[0] = min;
  out[1] = max;
}

function grow(level: Level, blocks: number): void {
  if (level.min.length >= blocks) return;
  const capacity = Math.max(16, blocks * 2);
  for (const side of ["min", "max"] as const) {
    const larger = new Float64Array(capacity);
    larger.set(level[side]);
    level[side] = larger;
  }
}
