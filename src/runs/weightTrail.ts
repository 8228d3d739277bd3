/** Weights that a run passed on its way, thinned as they become many: the path of its training, and its layers through time. */
import fs from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "./atomicFile.js";
import type { StoredState } from "./checkpoints.js";
import { runFiles } from "./runFolder.js";

const trailFile = /^step-(\d+)\.weights$/;

/** Most points of a trail, bytes of one and bytes of all: a model of more than half a million weights has its checkpoints alone. */
const most = { points: 32, bytes: 2 * 2 ** 20, total: 16 * 2 ** 20 };
/** Milliseconds between two points. */
const interval = 200;

/** The points of a run's trail, oldest first. */
export function listTrail(folder: string): StoredState[] {
  const trail = path.join(folder, runFiles.weights);
  if (!fs.existsSync(trail)) return [];
  return fs.readdirSync(trail).flatMap((name) => (trailFile.test(name) ? [{ step: Number(trailFile.exec(name)![1]), path: `${runFiles.weights}/${name}` }] : [])).sort((a, b) => a.step - b.step);
}

/** Points later than `step` belong to a stretch of the run that a resume has given up. */
export function dropTrailAfter(folder: string, step: number): void {
  for (const point of listTrail(folder)) if (point.step > step) fs.rmSync(path.join(folder, point.path), { force: true });
}

/** Writes a run's trail. */
export class WeightTrail {
  private points: StoredState[];
  /** Fewest steps between two points; doubles as the trail is thinned. */
  private gap = 0;
  private last = -Infinity;
  private off = false;

  constructor(private readonly folder: string) {
    this.points = listTrail(folder);
    if (this.points.length > 1) this.gap = this.points[this.points.length - 1].step - this.points[this.points.length - 2].step;
  }

  /** Whether the weights after `step` are to be kept. */
  isDue(step: number): boolean {
    return !this.off && performance.now() - this.last >= interval && step - (this.points.at(-1)?.step ?? -Infinity) >= this.gap;
  }

  /** Keeps the bytes of a state; one that is too large ends the trail. A disk that is full is the run's trouble elsewhere: the trail ends. */
  keep(step: number, bytes: Uint8Array): void {
    this.last = performance.now();
    if (bytes.length > most.bytes) return void (this.off = true);
    const point = { step, path: `${runFiles.weights}/step-${String(step).padStart(8, "0")}.weights` };
    try {
      fs.mkdirSync(path.join(this.folder, runFiles.weights), { recursive: true });
      writeFileAtomic(path.join(this.folder, point.path), bytes);
      this.points.push(point);
      const allowed = Math.max(3, Math.min(most.points, Math.floor(most.total / bytes.length)));
      if (this.points.length > allowed) this.thin();
    } catch {
      this.off = true;
    }
  }

  /** Leaves out every second point. */
  private thin(): void {
    const left = this.points.filter((_, i) => i % 2 === 0);
    for (const point of this.points) if (!left.includes(point)) fs.rmSync(path.join(this.folder, point.path), { force: true });
    this.points = left;
    this.gap = Math.max(...left.slice(1).map(({ step }, i) => step - left[i].step), 1);
  }
}
