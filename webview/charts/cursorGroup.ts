/** A stretch of steps. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** What charts side by side share: the step under the pointer, and the stretch that is zoomed to. */
export class CursorGroup {
  private readonly listeners = new Set<() => void>();
  private step: number | null = null;
  private zoomed: StepRange | null = null;

  /** The step pointed at; null where nothing is. */
  get cursor(): number | null {
    return this.step;
  }

  set cursor(step: number | null) {
    if (step === this.step) return;
    this.step = step;
    this.notify();
  }

  /** The steps shown; null for all. */
  get range(): StepRange | null {
    return this.zoomed;
  }

  set range(range: StepRange | null) {
    this.zoomed = range;
    this.notify();
  }

  /** Calls `listener` after each change; returns how to stop. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
