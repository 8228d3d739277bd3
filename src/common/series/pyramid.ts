import type { NumberColumn } from "./numberColumn.js";

/** The lowest level's block: under it reading the values themselves is as fast. */
const lowest = 16;
/** Each level's block covers this many of the level below: measured best between 2 and 16 in memory and time. */
const factor = 4;

interface Level {
  readonly size: number;
  min: Float64Array;
  max: Float64Array;
}

/**
 * Minimum and maximum of any stretch of n entries of a growing column in O(√n): level k holds them for blocks of 16 x 4^k values, which
 * takes 1.4 bytes a value. Only finite values count; a block without any has min = Infinity, max = -Infinity.
 */
export class Pyramid {
  private readonly levels: Level[] = [];
  private length = 0;

  /** Takes in the column's entries from where the last call ended. */
  extend(column: NumberColumn): void {
    const end = column.length;
    for (let size = lowest, k = 0; size / factor < end; size *= factor, k++) {
      const blocks = Math.ceil(end / size);
      const level = (this.levels[k] ??= { size, min: new Float64Array(0), max: new Float64Array(0) });
      if (level.min.length < blocks) {
        level.min = grown(level.min, blocks);
        level.max = grown(level.max, blocks);
      }
      const below = this.levels[k - 1];
      for (let b = Math.floor(this.length / size); b < blocks; b++) {
        extremes[0] = Infinity;
        extremes[1] = -Infinity;
        if (below) scan(below, b * factor, Math.min((b + 1) * factor, Math.ceil(end / below.size)), extremes);
        else scanColumn(column, b * size, Math.min((b + 1) * size, end), extremes);
        level.min[b] = extremes[0];
        level.max[b] = extremes[1];
      }
    }
    this.length = end;
  }

  /** Forgets what lies at `length` and after; the next `extend` computes the cut blocks anew. */
  truncate(length: number): void {
    this.length = Math.min(this.length, length);
  }

  /**
   * Minimum and maximum of the column's finite entries in `[from, to)`, into `out[0]`, `out[1]`. One level is used, with blocks of about the
   * square root of the stretch, the one below at its ends, and the values themselves at theirs.
   */
  range(column: NumberColumn, from: number, to: number, out: Float64Array): void {
    out[0] = Infinity;
    out[1] = -Infinity;
    let k = -1;
    while (k + 1 < this.levels.length && this.levels[k + 1].size ** 2 <= 4 * (to - from)) k++;
    this.widen(column, from, to, k, out);
  }

  private widen(column: NumberColumn, from: number, to: number, k: number, out: Float64Array): void {
    if (k < 0) return scanColumn(column, from, to, out);
    const level = this.levels[k];
    const first = Math.ceil(from / level.size);
    const end = Math.floor(to / level.size);
    if (end <= first) return this.widen(column, from, to, k - 1, out);
    this.widen(column, from, first * level.size, k - 1, out);
    scan(level, first, end, out);
    this.widen(column, end * level.size, to, k - 1, out);
  }

  /** Bytes in memory. */
  get bytes(): number {
    return this.levels.reduce((sum, { min, max }) => sum + min.byteLength + max.byteLength, 0);
  }
}

const extremes = new Float64Array(2);

/** Widens `out` by the blocks [from, to). */
function scan({ min, max }: Level, from: number, to: number, out: Float64Array): void {
  let low = out[0];
  let high = out[1];
  for (let i = from; i < to; i++) {
    if (min[i] < low) low = min[i];
    if (max[i] > high) high = max[i];
  }
  out[0] = low;
  out[1] = high;
}

/** Widens `out` by the finite entries in [from, to). */
function scanColumn(column: NumberColumn, from: number, to: number, out: Float64Array): void {
  let low = out[0];
  let high = out[1];
  for (let i = from; i < to; i++) {
    const value = column.get(i);
    if (value < low && value > -Infinity) low = value;
    if (value > high && value < Infinity) high = value;
  }
  out[0] = low;
  out[1] = high;
}

function grown(array: Float64Array, blocks: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(4, Math.ceil(blocks * 1.25)));
  larger.set(array);
  return larger;
}
