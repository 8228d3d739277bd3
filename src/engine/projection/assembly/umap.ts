/**
 * UMAP's layout by stochastic gradient descent with negative sampling (McInnes, Healy and Melville, 2018, section 4.2; the schedule of
 * umap-learn). Forces depend on the squared distance alone, through powers: they are read from a table over the bits of the float, which
 * holds 128 values an octave, between which is interpolated (relative error below 2e-5).
 */
import { allocate } from "./memory";

/** Entries of the table: the upper half of the 31 bits of a positive float. */
const entries = 32768;
/** Pairs of attraction and repulsion. */
let table: usize = 0;
let layout: usize = 0;
let rows: i32 = 0;
/** An edge: its two ends, epochs between its samples, the epoch of the next, and of the next negative sample; five words. */
let edges: usize = 0;
let edgeCount: i32 = 0;
let seed: u64 = 1;

/** Room for the layout of `n` points with `count` edges. */
export function setUpUmap(n: i32, count: i32): void {
  rows = n;
  edgeCount = count;
  layout = allocate(<usize>n << 3);
  edges = allocate(<usize>count * 20);
  table = allocate(<usize>(entries + 1) << 3);
}

export function umapLayout(): usize { return layout; }
export function umapEdges(): usize { return edges; }
/** [entries + 1, 2]: the coefficients of attraction and repulsion at the squared distance whose float has the entry's upper bits. */
export function umapTable(): usize { return table; }
export function seedUmap(value: u32): void { seed = (<u64>value << 1) | 1; }

// @ts-ignore: decorator
@inline
function coefficient(d2: f32, kind: usize): f32 {
  const bits = reinterpret<u32>(d2);
  const at = table + (<usize>(bits >> 16) << 3) + kind;
  const low = load<f32>(at);
  return low + (load<f32>(at, 8) - low) * (<f32>(bits & 0xffff) * <f32>(1.0 / 65536.0));
}

// @ts-ignore: decorator
@inline
function clip(x: f32): f32 {
  return min<f32>(4, max<f32>(-4, x));
}

/** PCG-like: a 64-bit congruential generator whose upper half is used. */
// @ts-ignore: decorator
@inline
function next(): u32 {
  seed = seed * 6364136223846793005 + 1442695040888963407;
  return <u32>(seed >> 32);
}

/** Epochs `from` to `to` - 1 of `total`; `rate` is the step at epoch 0, which falls to 0. Each sample is followed by `negatives` others on average. */
export function umapEpochs(from: i32, to: i32, total: i32, rate: f32, negatives: f32): void {
  for (let epoch = from; epoch < to; epoch++) {
    const alpha: f32 = rate * (1 - <f32>epoch / <f32>total);
    const now = <f32>epoch;
    for (let edge = 0; edge < edgeCount; edge++) {
      const at = edges + <usize>edge * 20;
      const due = load<f32>(at, 12);
      if (due > now) continue;
      const between = load<f32>(at, 8);
      const head = layout + (<usize>load<i32>(at) << 3);
      const tail = layout + (<usize>load<i32>(at, 4) << 3);
      let x = load<f32>(head), y = load<f32>(head, 4);
      let dx = x - load<f32>(tail), dy = y - load<f32>(tail, 4);
      let d2 = dx * dx + dy * dy;
      if (d2 > 0) {
        const pull = coefficient(d2, 0);
        const gx = clip(pull * dx) * alpha, gy = clip(pull * dy) * alpha;
        x += gx;
        y += gy;
        store<f32>(tail, load<f32>(tail) - gx);
        store<f32>(tail, load<f32>(tail, 4) - gy, 4);
      }
      store<f32>(at, due + between, 12);
      const betweenNegatives = between / negatives;
      const dueNegative = load<f32>(at, 16);
      const count = <i32>((now - dueNegative) / betweenNegatives);
      for (let i = 0; i < count; i++) {
        const other = layout + (<usize>((<u64>next() * <u64>rows) >> 32) << 3);
        if (other == head) continue;
        dx = x - load<f32>(other);
        dy = y - load<f32>(other, 4);
        d2 = dx * dx + dy * dy;
        if (d2 <= 0) continue;
        const push = coefficient(d2, 4);
        x += clip(push * dx) * alpha;
        y += clip(push * dy) * alpha;
      }
      store<f32>(head, x);
      store<f32>(head, y, 4);
      store<f32>(at, dueNegative + <f32>count * betweenNegatives, 16);
    }
  }
}
