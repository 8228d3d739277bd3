/**
 * Barnes-Hut t-SNE (van der Maaten, 2014), one iteration at a time, in float32 SIMD. The walk through the tree is made once for a leaf and
 * not once for a point: its list of interactions holds for all of the leaf's points, four of which are computed together.
 */
import { allocate } from "./memory";
import { given, share } from "./shared";
import * as tree from "./quadtree";
import { laneSum } from "./matrix";

export { allocate } from "./memory";
export { multiplyTransposed, transposedMultiply } from "./matrix";
export { setUpSearch, shareSearch, adoptSearch, searchUnits, searchPoints, searchNorms, searchUnitsAddress, searchStretches, searchIndices, searchDistances } from "./neighbours";
export { sharedAddress, useShared } from "./shared";
export { setUpUmap, umapLayout, umapEdges, umapTable, seedUmap, umapEpochs } from "./umap";

let rows: i32 = 0;
/** [rows, 2] each. */
let layout: usize = 0;
let repulsion: usize = 0;
let attraction: usize = 0;
let velocity: usize = 0;
let gains: usize = 0;
/** Joint probabilities as a sparse matrix: `starts` [rows + 1], then columns and values. */
let starts: usize = 0;
let columns: usize = 0;
let values: usize = 0;
/** Z of each leaf, summed in their order however the leaves were shared out. */
let partsOfZ: usize = 0;
/** The interaction list of a leaf: positions and numbers of points. One for each thread. */
let lists: usize = 0;
let listBytes: usize = 0;
let listX: usize = 0;
let listY: usize = 0;
let listWeight: usize = 0;

/** Makes room for `n` points with `entries` joint probabilities, laid out on at most `threads` threads. Their places are asked for below. */
export function setUp(n: i32, entries: i32, threads: i32): void {
  rows = n;
  const pairs = <usize>n << 3;
  layout = allocate(pairs);
  repulsion = allocate(pairs);
  attraction = allocate(pairs);
  velocity = allocate(pairs);
  gains = allocate(pairs);
  for (let i = 0; i < 2 * n; i++) store<f32>(gains + (<usize>i << 2), 1);
  starts = allocate(<usize>(n + 1) << 2);
  columns = allocate(<usize>entries << 2);
  values = allocate(<usize>entries << 2);
  tree.allocateTree(n);
  partsOfZ = allocate(pairs);
  listBytes = <usize>(n + tree.mostCells(n)) << 2;
  lists = allocate(3 * listBytes * <usize>threads);
  useList(0);
}

function useList(thread: i32): void {
  listX = lists + 3 * listBytes * <usize>thread;
  listY = listX + listBytes;
  listWeight = listY + listBytes;
}

export function layoutAddress(): usize { return layout; }
export function startsAddress(): usize { return starts; }
export function columnsAddress(): usize { return columns; }
export function valuesAddress(): usize { return values; }

/** Begins an iteration: builds the tree of the layout; returns the number of its leaves. */
export function plant(): i32 {
  tree.buildTree(layout);
  return tree.leaves;
}

/**
 * Repulsive forces on the points of leaves first..end-1. `angle` is Barnes and Hut's theta: a cell counts as one point where its width is less
 * than `angle` times its distance.
 */
export function repelLeaves(first: i32, end: i32, angle: f32): void {
  for (let leaf = first; leaf < end; leaf++) {
    store<f64>(partsOfZ + (<usize>leaf << 3), repel(load<i32>(tree.leafCells + (<usize>leaf << 2)), <f32>1 / (angle * angle)));
  }
}

/**
 * Ends an iteration once all forces are there: one step of gradient descent with momentum and gains (Jacobs, 1988), the layout centred after it.
 * Returns Z, the sum of 1 / (1 + d^2) over pairs.
 */
export function move(exaggeration: f32, rate: f32, momentum: f32): f64 {
  let z: f64 = 0;
  for (let leaf = 0; leaf < tree.leaves; leaf++) z += load<f64>(partsOfZ + (<usize>leaf << 3));
  update(exaggeration, <f32>(1 / z), rate, momentum);
  return z;
}

/** Lets other instances on the same memory take part in an iteration: what they need to attract and, once the tree stands, to repel. */
export function shareLayout(): void {
  share(0, layout);
  share(1, <usize>rows);
  share(2, repulsion);
  share(3, attraction);
  share(4, starts);
  share(5, columns);
  share(6, values);
  share(7, partsOfZ);
  share(8, lists);
  share(9, listBytes);
  tree.shareTree(16);
}

/** Takes part: `thread` counts from 0 and has an interaction list of its own. */
export function adoptLayout(thread: i32): void {
  layout = given(0);
  rows = <i32>given(1);
  repulsion = given(2);
  attraction = given(3);
  starts = given(4);
  columns = given(5);
  values = given(6);
  partsOfZ = given(7);
  lists = given(8);
  listBytes = given(9);
  useList(thread);
  tree.adoptTree(16);
}

/** Collects what the points of a leaf interact with; returns the list's length. Distances are from the leaf's bounding box. */
function collectInteractions(first: i32, end: i32, inverseAngle2: f32): i32 {
  let left: f32 = f32.MAX_VALUE, right: f32 = -f32.MAX_VALUE, bottom: f32 = f32.MAX_VALUE, top: f32 = -f32.MAX_VALUE;
  for (let i = first; i < end; i++) {
    const x = load<f32>(tree.sortedX + (<usize>i << 2));
    const y = load<f32>(tree.sortedY + (<usize>i << 2));
    left = min(left, x);
    right = max(right, x);
    bottom = min(bottom, y);
    top = max(top, y);
  }
  const middleX = (left + right) * <f32>0.5, halfX = (right - left) * <f32>0.5;
  const middleY = (bottom + top) * <f32>0.5, halfY = (top - bottom) * <f32>0.5;
  let length = 0;
  let cell = 0;
  while (cell < tree.cells) {
    const at = <usize>cell << 2;
    const dx = max<f32>(0, abs(load<f32>(tree.cellX + at) - middleX) - halfX);
    const dy = max<f32>(0, abs(load<f32>(tree.cellY + at) - middleY) - halfY);
    if (load<f32>(tree.cellWidth2 + at) * inverseAngle2 < dx * dx + dy * dy) {
      addInteraction(length++, load<f32>(tree.cellX + at), load<f32>(tree.cellY + at), load<f32>(tree.cellPoints + at));
      cell = load<i32>(tree.cellNext + at);
    } else if (load<i32>(tree.cellIsLeaf + at)) {
      const last = load<i32>(tree.cellEnd + at);
      for (let i = load<i32>(tree.cellFirst + at); i < last; i++) {
        addInteraction(length++, load<f32>(tree.sortedX + (<usize>i << 2)), load<f32>(tree.sortedY + (<usize>i << 2)), 1);
      }
      cell = load<i32>(tree.cellNext + at);
    } else cell++;
  }
  return length;
}

// @ts-ignore: decorator
@inline
function addInteraction(index: i32, x: f32, y: f32, weight: f32): void {
  const at = <usize>index << 2;
  store<f32>(listX + at, x);
  store<f32>(listY + at, y);
  store<f32>(listWeight + at, weight);
}

/** Repulsive forces sum w q^2 (y_i - y_j), q = 1 / (1 + d^2), on a leaf's points; returns their part of Z. */
function repel(cell: i32, inverseAngle2: f32): f64 {
  const first = load<i32>(tree.cellFirst + (<usize>cell << 2));
  const end = load<i32>(tree.cellEnd + (<usize>cell << 2));
  const bytes = <usize>collectInteractions(first, end, inverseAngle2) << 2;
  const one = f32x4.splat(1);
  let total: f64 = 0;
  for (let i = first; i < end; i += 4) {
    const x = v128.load(tree.sortedX + (<usize>i << 2));
    const y = v128.load(tree.sortedY + (<usize>i << 2));
    let z = f32x4.splat(0), forceX = z, forceY = z;
    for (let k: usize = 0; k < bytes; k += 4) {
      const dx = f32x4.sub(x, v128.load32_splat(listX + k));
      const dy = f32x4.sub(y, v128.load32_splat(listY + k));
      const q = f32x4.div(one, f32x4.add(one, f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy))));
      const wq = f32x4.mul(v128.load32_splat(listWeight + k), q);
      const wqq = f32x4.mul(wq, q);
      z = f32x4.add(z, wq);
      forceX = f32x4.add(forceX, f32x4.mul(wqq, dx));
      forceY = f32x4.add(forceY, f32x4.mul(wqq, dy));
    }
    // a point's meeting with itself adds 1 to z and no force
    total += storeForce(i, f32x4.extract_lane(forceX, 0), f32x4.extract_lane(forceY, 0), f32x4.extract_lane(z, 0));
    if (i + 1 < end) total += storeForce(i + 1, f32x4.extract_lane(forceX, 1), f32x4.extract_lane(forceY, 1), f32x4.extract_lane(z, 1));
    if (i + 2 < end) total += storeForce(i + 2, f32x4.extract_lane(forceX, 2), f32x4.extract_lane(forceY, 2), f32x4.extract_lane(z, 2));
    if (i + 3 < end) total += storeForce(i + 3, f32x4.extract_lane(forceX, 3), f32x4.extract_lane(forceY, 3), f32x4.extract_lane(z, 3));
  }
  return total;
}

// @ts-ignore: decorator
@inline
function storeForce(sorted: i32, x: f32, y: f32, z: f32): f64 {
  const at = repulsion + (<usize>load<i32>(tree.order + (<usize>sorted << 2)) << 3);
  store<f32>(at, x);
  store<f32>(at, y, 4);
  return <f64>z - 1;
}

/** Attractive forces sum p q (y_i - y_j) over the neighbours of points first..last-1. */
export function attract(first: i32, last: i32): void {
  const one = f32x4.splat(1);
  for (let i = first; i < last; i++) {
    const own = layout + (<usize>i << 3);
    const x = load<f32>(own), y = load<f32>(own, 4);
    const xs = f32x4.splat(x), ys = f32x4.splat(y);
    const end = load<i32>(starts + (<usize>(i + 1) << 2));
    let entry = load<i32>(starts + (<usize>i << 2));
    let sumX = f32x4.splat(0), sumY = sumX;
    for (; entry + 4 <= end; entry += 4) {
      const at = columns + (<usize>entry << 2);
      const ab = v128.load_lane<u64>(position(load<i32>(at, 4)), v128.load64_zero(position(load<i32>(at))), 1);
      const cd = v128.load_lane<u64>(position(load<i32>(at, 12)), v128.load64_zero(position(load<i32>(at, 8))), 1);
      const dx = f32x4.sub(xs, v128.shuffle<f32>(ab, cd, 0, 2, 4, 6));
      const dy = f32x4.sub(ys, v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
      const pq = f32x4.div(v128.load(values + (<usize>entry << 2)), f32x4.add(one, f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy))));
      sumX = f32x4.add(sumX, f32x4.mul(pq, dx));
      sumY = f32x4.add(sumY, f32x4.mul(pq, dy));
    }
    let forceX = laneSum(sumX), forceY = laneSum(sumY);
    for (; entry < end; entry++) {
      const other = position(load<i32>(columns + (<usize>entry << 2)));
      const dx = x - load<f32>(other), dy = y - load<f32>(other, 4);
      const pq = load<f32>(values + (<usize>entry << 2)) / (1 + dx * dx + dy * dy);
      forceX += pq * dx;
      forceY += pq * dy;
    }
    store<f32>(attraction + (<usize>i << 3), forceX);
    store<f32>(attraction + (<usize>i << 3), forceY, 4);
  }
}

// @ts-ignore: decorator
@inline
function position(point: i32): usize {
  return layout + (<usize>point << 3);
}

/** Gains grow by 0.2 where the gradient turned against the velocity and shrink by 0.8 elsewhere, at least 0.01. */
function update(exaggeration: f32, inverseZ: f32, rate: f32, momentum: f32): void {
  let sumX: f64 = 0, sumY: f64 = 0;
  for (let i = 0; i < 2 * rows; i++) {
    const at = <usize>i << 2;
    const gradient: f32 = <f32>4 * (exaggeration * load<f32>(attraction + at) - load<f32>(repulsion + at) * inverseZ);
    let speed = load<f32>(velocity + at);
    let gain = load<f32>(gains + at);
    gain = (gradient > 0) != (speed > 0) ? gain + <f32>0.2 : max<f32>(<f32>0.01, gain * <f32>0.8);
    speed = momentum * speed - rate * gain * gradient;
    store<f32>(gains + at, gain);
    store<f32>(velocity + at, speed);
    const moved = load<f32>(layout + at) + speed;
    store<f32>(layout + at, moved);
    if (i & 1) sumY += moved;
    else sumX += moved;
  }
  const meanX = <f32>(sumX / rows), meanY = <f32>(sumY / rows);
  for (let i = 0; i < rows; i++) {
    const at = layout + (<usize>i << 3);
    store<f32>(at, load<f32>(at) - meanX);
    store<f32>(at, load<f32>(at, 4) - meanY, 4);
  }
}
