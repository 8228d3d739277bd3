import { toJsonNumber, type JsonNumber } from "../../common/numbers.js";
import type { RuntimeMessage } from "../../protocol/runtime.js";

/** Milliseconds between two `series` messages: at most 30 a second. */
const interval = 34;

/** Gathers points and sends them at most 30 times a second: at once after a pause, else when their time has come. */
export class SeriesBatcher {
  private points = new Map<string, { steps: number[]; values: JsonNumber[] }>();
  private epoch = 0;
  private lastSent = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly send: (message: RuntimeMessage) => void) {}

  /** `tag` with its sub-folder. */
  add(tag: string, step: number, value: number): void {
    let series = this.points.get(tag);
    if (!series) this.points.set(tag, (series = { steps: [], values: [] }));
    series.steps.push(step);
    series.values.push(toJsonNumber(value));
  }

  /** To be called after some points of an epoch were added. */
  offer(epoch: number): void {
    this.epoch = epoch;
    const wait = this.lastSent + interval - performance.now();
    if (wait <= 0) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Sends what there is, now. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.points.size === 0) return;
    const series = [...this.points].map(([tag, { steps, values }]) => ({ tag, steps, values }));
    this.points = new Map();
    this.lastSent = performance.now();
    this.send({ event: "series", epoch: this.epoch, series });
  }
}
