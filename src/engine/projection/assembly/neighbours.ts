/** Exact nearest neighbours by brute force: |a - b|^2 = |a|^2 - 2 a.b + |b|^2, four points at a time. */
import { laneSum } from "./matrix";

/**
 * The k nearest neighbours of points first..first+3 (those that exist), nearest first: indices into `indices` [rows, k] (int32) and squared
 * distances into `distances` [rows, k]. `points` [rows, width], width a multiple of 4; `norms` holds |x|^2.
 * `scratch` has room for 4 x rows + 2 x k values. A point is no neighbour of itself.
 */
export function nearestNeighbours(points: usize, norms: usize, rows: i32, width: i32, k: i32, first: i32, indices: usize, distances: usize, scratch: usize): void {
  const stride = <usize>width << 2;
  const a = points + <usize>first * stride;
  const b = points + <usize>min(first + 1, rows - 1) * stride;
  const c = points + <usize>min(first + 2, rows - 1) * stride;
  const d = points + <usize>min(first + 3, rows - 1) * stride;
  const row = <usize>rows << 2;
  for (let j = 0; j < rows; j++) {
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
    const o = scratch + (<usize>j << 2);
    store<f32>(o, norm - 2 * laneSum(sa));
    store<f32>(o + row, norm - 2 * laneSum(sb));
    store<f32>(o + 2 * row, norm - 2 * laneSum(sc));
    store<f32>(o + 3 * row, norm - 2 * laneSum(sd));
  }
  const heap = scratch + 4 * row;
  for (let point = first; point < min(first + 4, rows); point++) {
    const out = <usize>point * k << 2;
    smallest(scratch + <usize>(point - first) * row, rows, k, point, load<f32>(norms + (<usize>point << 2)), indices + out, distances + out, heap, heap + (<usize>k << 2));
  }
}

/** The k smallest of `values` but `self`, in rising order, by a heap whose root is the largest kept. `add` completes the distance. */
function smallest(values: usize, rows: i32, k: i32, self: i32, add: f32, indices: usize, distances: usize, heapValues: usize, heapIndices: usize): void {
  let size = 0;
  for (let j = 0; j < rows; j++) {
    const value = load<f32>(values + (<usize>j << 2));
    if (j == self) continue;
    if (size < k) siftUp(heapValues, heapIndices, size++, value, j);
    else if (value < load<f32>(heapValues)) siftDown(heapValues, heapIndices, k, value, j);
  }
  for (let last = size - 1; last >= 0; last--) {
    const at = <usize>last << 2;
    store<f32>(distances + at, max<f32>(0, load<f32>(heapValues) + add));
    store<i32>(indices + at, load<i32>(heapIndices));
    if (last > 0) siftDown(heapValues, heapIndices, last, load<f32>(heapValues + at), load<i32>(heapIndices + at));
  }
}

function siftUp(values: usize, indices: usize, start: i32, value: f32, index: i32): void {
  let at = start;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = load<f32>(values + (<usize>parent << 2));
    if (above >= value) break;
    store<f32>(values + (<usize>at << 2), above);
    store<i32>(indices + (<usize>at << 2), load<i32>(indices + (<usize>parent << 2)));
    at = parent;
  }
  store<f32>(values + (<usize>at << 2), value);
  store<i32>(indices + (<usize>at << 2), index);
}

/** Puts a value in the root's place within the first `size` entries. */
function siftDown(values: usize, indices: usize, size: i32, value: f32, index: i32): void {
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
    store<i32>(indices + (<usize>at << 2), load<i32>(indices + (<usize>child << 2)));
    at = child;
  }
  store<f32>(values + (<usize>at << 2), value);
  store<i32>(indices + (<usize>at << 2), index);
}
