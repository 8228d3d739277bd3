/** Something that draws itself when asked, if it has anything new. */
export interface Drawable {
  draw(): void;
}

/**
 * Gathers wishes to redraw: each drawable draws once a frame of the screen and at most every `interval` milliseconds, however often data
 * come. Nothing runs while nothing is wished.
 */
export class RedrawQueue {
  /** Milliseconds between two drawings fed by data; what a hand asks for (`soon`) waits for the next frame only. */
  interval = 33;
  private readonly waiting = new Set<Drawable>();
  private readonly urgent = new Set<Drawable>();
  private frame = 0;
  private last = 0;

  /** Draws within the interval. */
  later(drawable: Drawable): void {
    this.waiting.add(drawable);
    this.request();
  }

  /** Draws at the next frame. */
  soon(drawable: Drawable): void {
    this.urgent.add(drawable);
    this.request();
  }

  forget(drawable: Drawable): void {
    this.waiting.delete(drawable);
    this.urgent.delete(drawable);
  }

  private request(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame((now) => this.run(now));
  }

  private run(now: number): void {
    this.frame = 0;
    const due = [...this.urgent];
    this.urgent.clear();
    // half a frame of grace, or an interval of two frames would become three
    if (now - this.last >= this.interval - 8) {
      this.last = now;
      for (const drawable of this.waiting) if (!due.includes(drawable)) due.push(drawable);
      this.waiting.clear();
    } else {
      for (const drawable of due) this.waiting.delete(drawable);
    }
    for (const drawable of due) drawable.draw();
    if (this.waiting.size > 0) this.request();
  }
}

/** The page's one queue: a webview shows one panel. */
export const redraws = new RedrawQueue();
