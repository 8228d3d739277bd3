import { serialize } from "node:v8";
import type { HostMessage } from "../../protocol/panel.js";

/** Bytes a second that a live run's updates may take on the way to its panel, which may be far away; what a person asks for comes on top. */
export const liveBytesPerSecond = 200_000;

/** Large messages that wait at most: of a run that evaluates faster than its line carries, the oldest are left out (the run's folder has them). */
const mostWaiting = 24;

/**
 * The line to the panel of a live run. Large things (layouts, matrices, histograms) wait until those before them are paid for, the newest of a kind
 * in the place of older ones; they have half of the line, so that curves go on growing. Curves have the rest, and all of it while nothing large is sent.
 */
export class LiveLine {
  /** When the bytes sent so far are within the budget again, by `Date.now()`: of curves and small messages, and of large ones. */
  private paidAt = 0;
  private largePaidAt = 0;
  private readonly waiting = new Map<string, HostMessage>();
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(private readonly post: (message: HostMessage) => void) {}

  /** Milliseconds until curves may be told of again. */
  get wait(): number {
    return Math.max(0, this.paidAt - Date.now());
  }

  /** Counts what was sent for the run's sake. */
  pay(message: HostMessage): void {
    const now = Date.now();
    const share = now < this.largePaidAt ? 0.5 : 1;
    this.paidAt = Math.max(this.paidAt, now) + (1000 * bytesOf(message)) / (liveBytesPerSecond * share);
  }

  /** A small message, at once. */
  send(message: HostMessage): void {
    if (this.closed) return;
    this.post(message);
    this.pay(message);
  }

  /** A large message, as soon as there is room; one of the same `kind` that comes first replaces it. */
  offer(kind: string, message: HostMessage): void {
    this.waiting.delete(kind);
    this.waiting.set(kind, message);
    if (this.waiting.size > mostWaiting) this.waiting.delete(this.waiting.keys().next().value!);
    this.sendWaiting();
  }

  /** What waits goes now, each in a turn of the event loop of its own, which it keeps for a while: the run has ended. */
  flush(): void {
    this.clearTimer();
    setImmediate(() => {
      const [next] = this.waiting;
      if (this.closed || !next) return;
      const [kind, message] = next;
      this.waiting.delete(kind);
      this.post(message);
      this.flush();
    });
  }

  dispose(): void {
    this.closed = true;
    this.clearTimer();
    this.waiting.clear();
  }

  private sendWaiting(): void {
    if (this.closed || this.timer) return;
    const now = Date.now();
    if (now < this.largePaidAt) {
      this.timer = setTimeout(() => {
        this.timer = null;
        this.sendWaiting();
      }, this.largePaidAt - now);
      return;
    }
    const [next] = this.waiting;
    if (!next) return;
    const [kind, message] = next;
    this.waiting.delete(kind);
    this.post(message);
    this.largePaidAt = now + (1000 * bytesOf(message)) / (liveBytesPerSecond / 2);
    this.sendWaiting();
  }

  private clearTimer(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}

/** Milliseconds that so many bytes have of the line of a panel's live updates. */
export function timeOnLine(bytes: number): number {
  return (1000 * bytes) / liveBytesPerSecond;
}

/** How many bytes a message takes on its way: typed arrays travel as they are, everything else as JSON. */
export function bytesOf(message: HostMessage): number {
  return message.message === "columns" || message.message === "facts" ? serialize(message).length : Buffer.byteLength(JSON.stringify(message));
}
