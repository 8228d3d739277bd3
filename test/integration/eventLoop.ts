/** One turn of the event loop, as a timer of 1 ms sees it; milliseconds. */
export interface Turn {
  /** Between two calls of the timer. */
  readonly wall: number;
  /** What all threads of this process computed meanwhile. */
  readonly cpu: number;
}

/**
 * How long a turn kept the loop at most: a turn is long when it computes or when other programs hold the cores, and computes
 * much when it does so itself or when other threads of the process do; the smaller of the two is the most that can be its own.
 */
export const busy = ({ wall, cpu }: Turn): number => Math.min(wall, cpu);

/** Watches the event loop of this process for a time in milliseconds, or until something has happened. */
export async function turnsDuring(what: number | Promise<unknown>): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  let time = performance.now();
  let usage = process.cpuUsage();
  const timer = setInterval(() => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(usage);
    turns.push({ wall: now - time, cpu: (user + system) / 1000 });
    time = now;
    usage = process.cpuUsage();
  }, 1);
  try {
    await (typeof what === "number" ? new Promise((resolve) => setTimeout(resolve, what)) : what);
  } finally {
    clearInterval(timer);
  }
  return turns;
}
