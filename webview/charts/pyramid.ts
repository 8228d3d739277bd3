/** Each level's block covers this many of the level below: measured best between 2 and 16 in memory and time. */
const factor = 4;

interface Level {
  readonly size: number;
  min: Float64Array;
  max: Float64Array;
}

/**
 * Minimum and maximum of any stretch of a growing array in O(log n): level k holds them for blocks of 4^k values.
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
      for (let b = Math.floor(this.length / size); b < blocks; b++) {
        if (below) this.join(below, level, b, Math.ceil((end * factor) / size));
        else this.scan(values, level, b, end);
      }
    }
    this.length = end;
  }

  /** Forgets what lies at `length` and after; the next `extend` computes the cut blocks anew. */
  truncate(length: number): void {
    this.length = Math.min(this.length, length);
  }

  /** Minimum and maximum of the finite values in `[from, to)`, into `out[0]`, `out[1]`. */
  range(values: Float64Array, from: number, to: number, out: Float64Array): void {
    let min = Infinity;
    let max = -Infinity;
    let i = from;
    while (i < to) {
      // the largest block that starts here and ends within the stretch
      let k = -1;
      let size = 1;
      while (k + 1 < this.levels.length && i % (size * factor) === 0 && i + size * factor <= to) {
        size *= factor;
        k++;
      }
      if (k < 0) {
        const v = values[i];
        if (v < min && v > -Infinity) min = v;
        if (v > max && v < Infinity) max = v;
      } else {
        const { min: lows, max: highs } = this.levels[k];
        const b = i / size;
        if (lows[b] < min) min = lows[b];
        if (highs[b] > max) max = highs[b];
      }
      i += size;
    }
    out[0] = min;
    out[1] = max;
  }

  private scan(values: Float64Array, level: Level, block: number, end: number): void {
    let min = Infinity;
    let max = -Infinity;
    for (let i = block * factor, last = Math.min(i + factor, end); i < last; i++) {
      const v = values[i];
      if (v < min && v > -Infinity) min = v;
      if (v > max && v < Infinity) max = v;
    }
    level.min[block] = min;
    level.max[block] = max;
  }

  private join(below: Level, level: Level, block: number, blocksBelow: number): void {
    let min = Infinity;
    let max = -Infinity;
    for (let i = block * factor, last = Math.min(i + factor, blocksBelow); i < last; i++) {
      if (below.min[i] < min) min = below.min[i];
      if (below.max[i] > max) max = below.max[i];
    }
    level.min[block] = min;
    level.max[block] = max;
  }
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
