import type { SearchHostMessage, TrialRow } from "../../protocol/searchPanel.js";
import { liveBytesPerSecond, timeOnLine } from "../panels/liveLine.js";

/** Bytes of rows in a message, about: what is news meanwhile need not wait long behind it. */
const pieceBytes = liveBytesPerSecond / 5;
type Progress = Extract<SearchHostMessage, { message: "progress" }>;
type Tested = Extract<SearchHostMessage, { message: "trials" }>["tested"];

/**
 * The line to the panel of a search that goes on, which may be far away: rows that changed wait until those before them are paid for, the newest
 * of a trial in the place of older ones, so that a thousand trials with long curves take `liveBytesPerSecond` and no more.
 */
export class SearchLine {
  private readonly rows = new Map<number, TrialRow>();
  private progress: Progress | null = null;
  /** When the bytes sent so far are within the budget, by `Date.now()`. */
  private paidAt = 0;

  constructor(private readonly post: (message: SearchHostMessage) => void) {}

  /** Trials that have changed. */
  changed(rows: readonly TrialRow[]): void {
    for (const row of rows) this.rows.set(row.trial, row);
  }

  /** How far the trials under way are; the newest word alone is told. */
  advanced(progress: Progress): void {
    this.progress = progress;
  }

  /** Sends a piece of what waits, where there is room for it; what has waited longest comes first. */
  send(tested: Tested): void {
    if (Date.now() < this.paidAt) return;
    const piece: TrialRow[] = [];
    for (let bytes = 0; bytes < pieceBytes && this.rows.size > 0; ) {
      const [row] = this.rows.values();
      this.rows.delete(row.trial);
      piece.push(row);
      bytes += bytesOf(row);
    }
    if (piece.length > 0) this.pay({ message: "trials", trials: piece, tested });
    if (this.progress !== null) this.pay(this.progress);
    this.progress = null;
  }

  /** Sends all that waits: the search is over. */
  flush(tested: Tested): void {
    if (this.rows.size > 0) this.post({ message: "trials", trials: [...this.rows.values()], tested });
    this.forget();
  }

  /** Nothing of what waits is news: the panel was told everything. */
  forget(): void {
    this.rows.clear();
    this.progress = null;
  }

  private pay(message: SearchHostMessage): void {
    this.post(message);
    this.paidAt = Math.max(this.paidAt, Date.now()) + timeOnLine(bytesOf(message));
  }
}

function bytesOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
