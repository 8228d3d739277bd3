/** How many steps a chunk takes. It is a matter of the clock alone: any split of a run into chunks gives the same bits. */
import type { Provider } from "./backend.js";

/**
 * A chunk should last this long. On the processor 12 calls a second, so that stop, pause and a new rate act at once, and what a call costs by itself does not count (GPT of 30 ms a step: 2 %); on a GPU 10, as often as a chart must move: what is
 * copied at a chunk's border is copied less often.
 */
export function chunkMilliseconds(provider: Provider): number {
  return provider === "cpu" ? 80 : 100;
}

/** Steps a chunk at most: their losses and outputs are held until its end. */
export const mostSteps = 5000;

/** Steps of a run's first chunk, where chunks of `wanted` are the right ones: short, so that its first points are there at once. Lengths double from there. */
export function firstChunk(wanted: number): number {
  return Math.ceil(wanted / 8);
}

/** Follows the machine: where others take it for themselves for a while, chunks become shorter, and longer again later. */
export class ChunkLength {
  constructor(
    public steps: number,
    private readonly wantedMilliseconds: number,
  ) {}

  /** Takes in how long a chunk of this many steps took; the length at most halves or doubles. */
  learn(steps: number, milliseconds: number): void {
    const wanted = Math.round((this.wantedMilliseconds * steps) / Math.max(milliseconds, 0.01));
    this.steps = Math.min(Math.max(wanted, Math.floor(this.steps / 2), 1), 2 * this.steps, mostSteps);
  }
}
