/** Milliseconds of the first pause, and of the longest. */
const shortest = 1000;
const longest = 30_000;

/** Pauses between tries of what keeps failing, such as writing to a full disk: each twice the last, until something succeeds. */
export class Backoff {
  private pause = 0;
  private until = 0;

  /** Milliseconds from `now` to the next try. Failures while a pause lasts already, of several that began together, do not lengthen it. */
  failed(now: number): number {
    if (now >= this.until) {
      this.pause = Math.min(longest, Math.max(shortest, 2 * this.pause));
      this.until = now + this.pause;
    }
    return this.until - now;
  }

  succeeded(): void {
    this.pause = 0;
    this.until = 0;
  }

  /** Whether a pause lasts. */
  lasts(now: number): boolean {
    return now < this.until;
  }
}
