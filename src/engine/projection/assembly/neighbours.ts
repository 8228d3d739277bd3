/**
 * Nearest neighbours among contiguous stretches of points: |a - b|^2 = |a|^2 - 2 a.b + |b|^2, four points at a time. One stretch with all
 * points finds them exactly; points sorted by cluster, searched in the stretches of the clusters nearby, nearly so in a fraction of the time.
 */
import { laneSum } from "./matrix";
import { allocate } from "./memory";
import { given, share } from "./shared";

/** [rows, width] points sorted by cluster, width a multiple of 4, and |x|^2 of each. */
let points: usize = 0;
let norms: usize = 0;
let width: i32 = 0;
let k: i32 = 0;
/** Units of work: points first..end-1 are searched in stretches firstStretch..endStretch-1; four int32 each. */
let units: usize = 0;
/** First and end of each stretch, two int32 each. */
let stretches: usize = 0;
/** [rows, k] int32 and squared distances, nearest first. */
let indices: usize = 0;
let distances: usize = 0;
/** One for each thread. */
let scratches: usize = 0;
let scratchBytes: usize = 0;

/** Points of a stretch whose distances are kept before they go into the heaps. */
const block = 512;

/** Room for a search: `rows` points in `unitTotal` units and `stretchTotal` stretches, on at most `threads` threads. */
export function setUpSearch(rows: i32, columns: i32, neighbours: i32, unitTotal: i32, stretchTotal: i32, threads: i32): void {
  width = columns;
  k = neighbours;
  points = allocate((<usize>rows * columns) << 2);
  norms = allocate(<usize>rows << 2);
  units = allocate(<usize>unitTotal << 4);
  stretches = allocate(<usize>stretchTotal << 3);
  indices = allocate((<usize>rows * neighbours) << 2);
  distances = allocate((<usize>rows * neighbours) << 2);
  scratchBytes = (<usize>(4 * block + 8 * neighbours + 16) << 2);
  scratches = allocate(scratchBytes * threads);
}

export function searchPoints(): usize { return points; }
export function searchNorms(): usize { return norms; }
export function searchUnitsAddress(): usize { return units; }
export function searchStretches(): usize { return stretches; }
export function searchIndices(): usize { return indices; }
export function searchDistances(): usize { return distances; }

/** Lets other instances on the same memory search too. */
export function shareSearch(): void {
  share(0, points);
  share(1, norms);
  share(2, <usize>width);
  share(3, <usize>k);
  share(4, units);
  share(5, stretches);
  share(6, indices);
  share(7, distances);
  share(8, scratches);
  share(9, scratchBytes);
}

export function adoptSearch(): void {
  points = given(0);
  norms = given(1);
  width = <i32>given(2);
  k = <i32>given(3);
  units = given(4);
  stretches = given(5);
  indices = given(6);
  distances = given(7);
  scratches = given(8);
  scratchBytes = given(9);
}

/** Searches units first..end-1; `thread`, from 0, says whose scratch memory is used. */
export function searchUnits(first: i32, end: i32, thread: i32): void {
  for (let unit = first; unit < end; unit++) searchUnit(unit, scratches + scratchBytes * <usize>thread);
}

function searchUnit(unit: i32, scratch: usize): void {
  const at = units + (<usize>unit << 4);
  const end = load<i32>(at, 4);
  for (let first = load<i32>(at); first < end; first += 4) searchFour(first, min(4, end - first), load<i32>(at, 8), load<i32>(at, 12), scratch);
}

/** The k nearest of `count` (1 to 4) points from `first` on. */
function searchFour(first: i32, count: i32, firstStretch: i32, endStretch: i32, scratch: usize): void {
  const stride = <usize>width << 2;
  const a = points + <usize>first * stride;
  const b = points + <usize>(first + min(1, count - 1)) * stride;
  const c = points + <usize>(first + min(2, count - 1)) * stride;
  const d = points + <usize>(first + min(3, count - 1)) * stride;
  const row = <usize>block << 2;
  const heaps = scratch + 4 * row;
  const heap = <usize>k << 3; // values, then indices
  const sizes = heaps + 4 * heap;
  for (let point = 0; point < 4; point++) store<i32>(sizes + (<usize>point << 2), 0);
  for (let s = firstStretch; s < endStretch; s++) {
    const stretchEnd = load<i32>(stretches + (<usize>s << 3), 4);
    for (let from = load<i32>(stretches + (<usize>s << 3)); from < stretchEnd; from += block) {
      const to = min(from + block, stretchEnd);
      let o = scratch;
      for (let j = from; j < to; j++) {
        const x = points + <usize>j * stride;
        let sa = f32x4.splat(0), sb = sa, sc = sa, sd = sa;
        for (let at: usize = 0; at < stride; at += 16) {
          const v = v128.load(x + at);
          sa = f32x4.add(sa, f32x4.mul(v, v128.load(a + at)));
          sb = f32x4.add(sb, f32x4.mul(v, v128.load(b + at)));
          sc = f32x4.add(sc, f32x4.mul(v, v128.load(c + at)));
          sd = f32x4.add(sd, f32x4.mul(v, v128.load(d + at)));
        }
        const norm = load<f32>(norms + (<usize>j << 2));
        store<f32>(o, norm - 2 * laneSum(sa));
        store<f32>(o + row, norm - 2 * laneSum(sb));
        store<f32>(o + 2 * row, norm - 2 * laneSum(sc));
        store<f32>(o + 3 * row, norm - 2 * laneSum(sd));
        o += 4;
      }
      for (let point = 0; point < count; point++) {
        const values = heaps + <usize>point * heap;
        keepSmallest(scratch + <usize>point * row, from, to, first + point, values, values + (<usize>k << 2), sizes + (<usize>point << 2));
      }
    }
  }
  for (let point = 0; point < count; point++) {
    const values = heaps + <usize>point * heap;
    const out = <usize>(first + point) * k << 2;
    inOrder(values, values + (<usize>k << 2), load<i32>(sizes + (<usize>point << 2)), load<f32>(norms + (<usize>(first + point) << 2)), indices + out, distances + out);
  }
}

/** Keeps the k smallest of the values of points from..to-1, but `self`, in a heap whose root is the largest kept. */
function keepSmallest(values: usize, from: i32, to: i32, self: i32, heapValues: usize, heapIndices: usize, sizeAt: usize): void {
  let size = load<i32>(sizeAt);
  let largest = size < k ? f32.MAX_VALUE : load<f32>(heapValues);
  for (let j = from; j < to; j++) {
    const value = load<f32>(values + (<usize>(j - from) << 2));
    if (value >= largest && size == k) continue;
    if (j == self) continue;
    if (size < k) siftUp(heapValues, heapIndices, size++, value, j);
    else siftDown(heapValues, heapIndices, k, value, j);
    if (size == k) largest = load<f32>(heapValues);
  }
  store<i32>(sizeAt, size);
}

/** Empties a heap into rising order; `add` completes the distances. Places that nothing was found for repeat the point farthest away. */
function inOrder(heapValues: usize, heapIndices: usize, size: i32, add: f32, outIndices: usize, outDistances: usize): void {
  for (let last = size - 1; last >= 0; last--) {
    const at = <usize>last << 2;
    store<f32>(outDistances + at, max<f32>(0, load<f32>(heapValues) + add));
    store<i32>(outIndices + at, load<i32>(heapIndices));
    if (last > 0) siftDown(heapValues, heapIndices, last, load<f32>(heapValues + at), load<i32>(heapIndices + at));
  }
  for (let rest = max(size, 1); rest < k; rest++) {
    store<f32>(outDistances + (<usize>rest << 2), load<f32>(outDistances + (<usize>(max(size, 1) - 1) << 2)));
    store<i32>(outIndices + (<usize>rest << 2), load<i32>(outIndices + (<usize>(max(size, 1) - 1) << 2)));
  }
}

function siftUp(values: usize, at0: usize, start: i32, value: f32, index: i32): void {
  let at = start;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = load<f32>(values + (<usize>parent << 2));
    if (above >= value) break;
    store<f32>(values + (<usize>at << 2), above);
    store<i32>(at0 + (<usize>at << 2), load<i32>(at0 + (<usize>parent << 2)));
    at = parent;
  }
  store<f32>(values + (<usize>at << 2), value);
  store<i32>(at0 + (<usize>at << 2), index);
}

/** Puts a value in the root's place within the first `size` entries. */
function siftDown(values: usize, at0: usize, size: i32, value: f32, index: i32): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    let below = load<f32>(values + (<usize>child << 2));
    if (child + 1 < size) {
      const right = load<f32>(values + (<usize>(child + 1) << 2));
      if (right > below) {
        child++;
        below = right;
      }
    }
    if (below <= value) break;
    store<f32>(values + (<usize>at << 2), below);
    store<i32>(at0 + (<usize>at << 2), load<i32>(at0 + (<usize>child << 2)));
    at = child;
  }
  store<f32>(values + (<usize>at << 2), value);
  store<i32>(at0 + (<usize>at << 2), index);
}
