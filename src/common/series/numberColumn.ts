/** Points of one chunk: a power of two. Full chunks are packed, the last one is open and plain. */
export const chunkLength = 4096;
const chunkBits = 12;

/** A full chunk. Entry j is `start + stride j` without `data`, else `start + data[j]`; nothing is rounded. */
export interface PackedChunk {
  readonly start: number;
  readonly stride: number;
  readonly data: Float32Array | Uint32Array | Float64Array | null;
}

/**
 * Numbers in the order in which they came, exactly as they came, without the waste of an array that doubles: in chunks, each in the
 * smallest form that holds it without loss - evenly spaced (0 bytes a number: steps, constant rates), single precision (4: what event
 * files hold), whole numbers within 2^32 of the first (4: milliseconds), else double precision (8).
 */
export class NumberColumn {
  length = 0;
  private readonly packed: PackedChunk[] = [];
  private open = new Float64Array(64);

  push(value: number): void {
    const at = this.length & (chunkLength - 1);
    if (at === 0 && this.length > 0 && this.packed.length < this.length >>> chunkBits) this.packed.push(pack(this.open));
    if (at === this.open.length) this.open = larger(this.open);
    this.open[at] = value;
    this.length++;
  }

  get(index: number): number {
    const chunk = index >>> chunkBits;
    const at = index & (chunkLength - 1);
    if (chunk >= this.packed.length) return this.open[at];
    const { start, stride, data } = this.packed[chunk];
    return data === null ? start + stride * at : start + data[at];
  }

  /** Forgets the entries from `length` on. */
  truncate(length: number): void {
    if (length >= this.length) return;
    const chunk = length >>> chunkBits;
    if (chunk < this.packed.length) {
      const open = new Float64Array(chunkLength);
      for (let i = 0; i < chunkLength; i++) open[i] = this.get(chunk * chunkLength + i);
      this.open = open;
      this.packed.length = chunk;
    }
    this.length = length;
  }

  /** The first index in [from, length) whose entry is at least `x`, or `length`; entries from `from` on must not fall. O(log n), O(1) nearby. */
  lowerBound(x: number, from = 0): number {
    let chunk = from >>> chunkBits;
    const chunks = (this.length + chunkLength - 1) >>> chunkBits;
    // mostly it is this chunk or the next
    for (let near = 0; near < 2 && chunk < chunks && this.lastOf(chunk) < x; near++) chunk++;
    if (chunk < chunks && this.lastOf(chunk) < x) {
      let low = chunk + 1;
      let high = chunks;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (this.lastOf(middle) < x) low = middle + 1;
        else high = middle;
      }
      chunk = low;
    }
    if (chunk >= chunks) return this.length;
    let low = Math.max(from, chunk << chunkBits);
    let high = Math.min(this.length, (chunk + 1) << chunkBits);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.get(middle) < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Bytes in memory. */
  get bytes(): number {
    return this.packed.reduce((sum, { data }) => sum + (data?.byteLength ?? 0) + 48, this.open.byteLength);
  }

  /** The packed chunks and the open rest, for writing to a file. */
  parts(): { readonly packed: readonly PackedChunk[]; readonly rest: Float64Array } {
    return { packed: this.packed, rest: this.open.subarray(0, this.length - this.packed.length * chunkLength) };
  }

  /** The inverse of `parts`. */
  static of(packed: readonly PackedChunk[], rest: Float64Array): NumberColumn {
    const column = new NumberColumn();
    column.packed.push(...packed);
    column.open = new Float64Array(Math.max(64, rest.length));
    column.open.set(rest);
    column.length = packed.length * chunkLength + rest.length;
    return column;
  }

  private lastOf(chunk: number): number {
    return this.get(Math.min(this.length, (chunk + 1) << chunkBits) - 1);
  }
}

function larger(array: Float64Array): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(Math.min(chunkLength, array.length * 4));
  grown.set(array);
  return grown;
}

/** The smallest form that gives back every entry. */
function pack(values: Float64Array): PackedChunk {
  const start = values[0];
  const stride = values[1] - start;
  let even = Number.isFinite(stride);
  let single = true;
  let whole = Number.isSafeInteger(start);
  for (let i = 0; i < chunkLength && (even || single || whole); i++) {
    const value = values[i];
    if (even && start + stride * i !== value) even = false;
    if (single && Math.fround(value) !== value && !Number.isNaN(value)) single = false;
    if (whole && !(value >= start && value - start < 2 ** 32 && Number.isInteger(value))) whole = false;
  }
  if (even) return { start, stride, data: null };
  if (single) return { start: 0, stride: 0, data: new Float32Array(values) };
  if (whole) {
    // a loop: `from` with a function makes an object of every number first
    const data = new Uint32Array(chunkLength);
    for (let i = 0; i < chunkLength; i++) data[i] = values[i] - start;
    return { start, stride: 0, data };
  }
  return { start: 0, stride: 0, data: values.slice() };
}
