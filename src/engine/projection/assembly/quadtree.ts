/** A quadtree over the layout: points sorted along a Morton curve, so that a cell's points lie next to each other. */
import { allocate } from "./memory";
import { given, share } from "./shared";

/** Cells with at most this many points are leaves. */
const leafSize = 12;
/** Morton codes have 16 bits an axis. */
const levels = 16;

export let points: i32 = 0;
/** Positions in Morton order, with 16 far-away points behind them for reads four at a time; `order` gives each its own index. */
export let sortedX: usize = 0;
export let sortedY: usize = 0;
export let order: usize = 0;
let codes: usize = 0;
let otherCodes: usize = 0;
let otherOrder: usize = 0;
let histogram: usize = 0;

/** Cells in depth-first order: centre of mass, number of points, squared width, first and last point, the cell after its subtree. */
export let cells: i32 = 0;
export let cellX: usize = 0;
export let cellY: usize = 0;
export let cellPoints: usize = 0;
export let cellWidth2: usize = 0;
export let cellFirst: usize = 0;
export let cellEnd: usize = 0;
export let cellNext: usize = 0;
/** 1 where a cell is a leaf. */
export let cellIsLeaf: usize = 0;
/** Cells that are leaves. */
export let leaves: i32 = 0;
export let leafCells: usize = 0;

/** Most cells: a leaf a point, and 16 levels above the last split in the worst case are shared by four points. */
export function mostCells(rows: i32): i32 {
  return rows * (levels + 1) + 1;
}

/** Makes room for a tree of `rows` points. */
export function allocateTree(rows: i32): void {
  points = rows;
  const column = <usize>rows << 2;
  const padded = <usize>(rows + 16) << 2;
  sortedX = allocate(padded);
  sortedY = allocate(padded);
  order = allocate(column);
  otherOrder = allocate(column);
  codes = allocate(column);
  otherCodes = allocate(column);
  histogram = allocate(3 * 2048 * 4);
  const cellColumn = <usize>mostCells(rows) << 2;
  cellX = allocate(cellColumn);
  cellY = allocate(cellColumn);
  cellPoints = allocate(cellColumn);
  cellWidth2 = allocate(cellColumn);
  cellFirst = allocate(cellColumn);
  cellEnd = allocate(cellColumn);
  cellNext = allocate(cellColumn);
  cellIsLeaf = allocate(cellColumn);
  leafCells = allocate(column);
}

/** Builds the tree of a layout [points, 2]. */
export function buildTree(layout: usize): void {
  const width = sortByMortonCode(layout);
  for (let i = 0; i < points; i++) {
    const at = <usize>i << 2;
    const own = layout + (<usize>load<i32>(order + at) << 3);
    store<f32>(sortedX + at, load<f32>(own));
    store<f32>(sortedY + at, load<f32>(own, 4));
  }
  for (let i = points; i < points + 16; i++) {
    store<f32>(sortedX + (<usize>i << 2), 1e15);
    store<f32>(sortedY + (<usize>i << 2), 1e15);
  }
  cells = 0;
  leaves = 0;
  addCell(0, points, 0, width);
}

/** Interleaves zeros between the 16 low bits. */
function spread(x: u32): u32 {
  x = (x | (x << 8)) & 0x00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f;
  x = (x | (x << 2)) & 0x33333333;
  return (x | (x << 1)) & 0x55555555;
}

/** Sorts `codes` and `order` (radix sort, 11 bits a pass); returns the width of the square that holds the layout. */
function sortByMortonCode(layout: usize): f32 {
  let left: f32 = f32.MAX_VALUE, right: f32 = -f32.MAX_VALUE, bottom: f32 = f32.MAX_VALUE, up: f32 = -f32.MAX_VALUE;
  for (let i = 0; i < points; i++) {
    const x = load<f32>(layout + (<usize>i << 3));
    const y = load<f32>(layout + (<usize>i << 3), 4);
    left = min(left, x);
    right = max(right, x);
    bottom = min(bottom, y);
    up = max(up, y);
  }
  const width: f32 = max(right - left, up - bottom) * <f32>1.0001 + <f32>1e-12;
  const scale: f32 = <f32>65535.0 / width;
  memory.fill(histogram, 0, 3 * 2048 * 4);
  for (let i = 0; i < points; i++) {
    const x = <u32>((load<f32>(layout + (<usize>i << 3)) - left) * scale);
    const y = <u32>((load<f32>(layout + (<usize>i << 3), 4) - bottom) * scale);
    const code = spread(x) | (spread(y) << 1);
    store<u32>(codes + (<usize>i << 2), code);
    store<i32>(order + (<usize>i << 2), i);
    count(0, code & 2047);
    count(1, (code >> 11) & 2047);
    count(2, code >> 22);
  }
  for (let pass = 0; pass < 3; pass++) {
    const table = histogram + <usize>(pass * 2048 * 4);
    let sum: u32 = 0;
    for (let bin: usize = 0; bin < 2048 * 4; bin += 4) {
      const size = load<u32>(table + bin);
      store<u32>(table + bin, sum);
      sum += size;
    }
    for (let i = 0; i < points; i++) {
      const code = load<u32>(codes + (<usize>i << 2));
      const bin = table + <usize>(((code >> (11 * pass)) & 2047) << 2);
      const place = load<u32>(bin);
      store<u32>(bin, place + 1);
      store<u32>(otherCodes + (<usize>place << 2), code);
      store<i32>(otherOrder + (<usize>place << 2), load<i32>(order + (<usize>i << 2)));
    }
    let swap = codes;
    codes = otherCodes;
    otherCodes = swap;
    swap = order;
    order = otherOrder;
    otherOrder = swap;
  }
  return width;
}

// @ts-ignore: decorator
@inline
function count(pass: i32, bin: u32): void {
  const at = histogram + <usize>((pass * 2048 + bin) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Adds the cell of sorted points first..end-1 and the cells within it. */
function addCell(first: i32, end: i32, level: i32, width: f32): void {
  const cell = cells++;
  const at = <usize>cell << 2;
  store<i32>(cellFirst + at, first);
  store<i32>(cellEnd + at, end);
  store<f32>(cellPoints + at, <f32>(end - first));
  store<f32>(cellWidth2 + at, width * width);
  const isLeaf = end - first <= leafSize || level >= levels;
  store<i32>(cellIsLeaf + at, isLeaf ? 1 : 0);
  let x: f32 = 0, y: f32 = 0;
  if (isLeaf) {
    for (let i = first; i < end; i++) {
      x += load<f32>(sortedX + (<usize>i << 2));
      y += load<f32>(sortedY + (<usize>i << 2));
    }
    store<i32>(leafCells + (<usize>leaves << 2), cell);
    leaves++;
  } else {
    const shift = 30 - 2 * level;
    let start = first;
    for (let quarter: u32 = 0; quarter < 4; quarter++) {
      const stop = quarter == 3 ? end : endOfQuarter(start, end, shift, quarter);
      if (stop > start) {
        const child = <usize>cells << 2;
        addCell(start, stop, level + 1, width * <f32>0.5);
        const weight = load<f32>(cellPoints + child);
        x += load<f32>(cellX + child) * weight;
        y += load<f32>(cellY + child) * weight;
      }
      start = stop;
    }
  }
  store<f32>(cellX + at, x / <f32>(end - first));
  store<f32>(cellY + at, y / <f32>(end - first));
  store<i32>(cellNext + at, cells);
}

/** First of the sorted points from `start` on that lies beyond a quarter, by bisection. */
function endOfQuarter(start: i32, end: i32, shift: i32, quarter: u32): i32 {
  let low = start, high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (((load<u32>(codes + (<usize>middle << 2)) >> shift) & 3) <= quarter) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lets other instances see the tree as it is now: places from `slot` on. */
export function shareTree(slot: i32): void {
  share(slot, sortedX);
  share(slot + 1, sortedY);
  share(slot + 2, order);
  share(slot + 3, <usize>cells);
  share(slot + 4, cellX);
  share(slot + 5, cellY);
  share(slot + 6, cellPoints);
  share(slot + 7, cellWidth2);
  share(slot + 8, cellFirst);
  share(slot + 9, cellEnd);
  share(slot + 10, cellNext);
  share(slot + 11, cellIsLeaf);
  share(slot + 12, <usize>leaves);
  share(slot + 13, leafCells);
}

/** Takes over the tree that the leader shared. */
export function adoptTree(slot: i32): void {
  sortedX = given(slot);
  sortedY = given(slot + 1);
  order = given(slot + 2);
  cells = <i32>given(slot + 3);
  cellX = given(slot + 4);
  cellY = given(slot + 5);
  cellPoints = given(slot + 6);
  cellWidth2 = given(slot + 7);
  cellFirst = given(slot + 8);
  cellEnd = given(slot + 9);
  cellNext = given(slot + 10);
  cellIsLeaf = given(slot + 11);
  leaves = <i32>given(slot + 12);
  leafCells = given(slot + 13);
}
