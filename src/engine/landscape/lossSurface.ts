/** Losses on a grid of weights, coarse first: theta + x d1 + y d2 (Goodfellow et al. 2015; Li et al. 2018). */
import type { TensorValues } from "../training/parameters.js";
import type { Direction } from "./filterNormalization.js";

/** A grid: losses[row * x.length + column] is at y[row], x[column]. */
export interface LossGrid {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly losses: Float64Array;
}

/** Bounds of the plane that is drawn; (0, 0) are the weights themselves. */
export interface PlaneBounds {
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
}

/** Points along an axis of the first grid; each later one has a point more between any two. */
const coarsest = 9;

/** The weights at a place of the plane; tensors that no direction names are those of `centre`. */
export function weightsAt<T extends Readonly<TensorValues>>(centre: T, directions: readonly [Direction, Direction], x: number, y: number): T {
  const moved = Object.entries(centre).map(([name, tensor]) => {
    const [along, across] = [directions[0].get(name), directions[1].get(name)];
    if (along === undefined && across === undefined) return [name, tensor] as const;
    const data = tensor.data.slice();
    if (along !== undefined) for (let i = 0; i < data.length; i++) data[i] += x * along[i];
    if (across !== undefined) for (let i = 0; i < data.length; i++) data[i] += y * across[i];
    return [name, { ...tensor, data }] as const;
  });
  return Object.fromEntries(moved) as T;
}

/**
 * The loss over a plane as grids of 9, 17, 33, ... points up to `points` (8 2^k + 1) along each axis, row by row; a finer grid takes over what a
 * coarser one measured. `onLoss` hears after each loss how many of all are known.
 */
export async function* lossSurface(lossAt: (x: number, y: number) => Promise<number>, bounds: PlaneBounds, points: number, onLoss: (known: number) => void): AsyncGenerator<LossGrid> {
  let before: LossGrid | null = null;
  for (let n = coarsest; n <= points; n = 2 * n - 1) {
    const place = ([from, to]: readonly [number, number]): Float64Array => Float64Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1));
    const grid: LossGrid = { x: place(bounds.x), y: place(bounds.y), losses: new Float64Array(n * n) };
    const half = (n + 1) / 2;
    let known = before === null ? 0 : half * half;
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < n; column++) {
        const isKnown = before !== null && row % 2 === 0 && column % 2 === 0;
        grid.losses[row * n + column] = isKnown ? before!.losses[(row / 2) * half + column / 2] : await lossAt(grid.x[column], grid.y[row]);
        if (!isKnown) onLoss(++known);
      }
    }
    before = grid;
    yield grid;
  }
}
