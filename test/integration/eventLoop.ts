import fs from "node:fs";

/** One turn of the event loop, as a timer of 1 ms sees it; milliseconds. */
export interface Turn {
  /** Between two calls of the timer. */
  readonly wall: number;
  /** What the loop's own thread computed meanwhile (Linux tells; elsewhere what all threads of this process did, which is more). */
  readonly cpu: number;
}

/**
 * How long a turn kept the loop at most: a turn is long when it computes or when other programs hold the cores; what it computed
 * is its own.
 */
export const busy = ({ wall, cpu }: Turn): number => Math.min(wall, cpu);

/**
 * Milliseconds that this thread, a process' first, has computed. Linux counts them for each thread (proc(5), `schedstat`), to
 * the nanosecond whenever it stops running. The whole process' would count what runs beside the loop: the collector's helpers,
 * the compiler, the reading of files.
 */
function computed(): number {
  if (process.platform === "linux") return Number(fs.readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Watches the event loop of this process for a time in milliseconds, or until something has happened. */
export async function turnsDuring(what: number | Promise<unknown>): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  let time = performance.now();
  let before = computed();
  const timer = setInterval(() => {
    const now = performance.now();
    const total = computed();
    turns.push({ wall: now - time, cpu: total - before });
    time = now;
    before = total;
  }, 1);
  try {
    await (typeof what === "number" ? new Promise((resolve) => setTimeout(resolve, what)) : what);
  } finally {
    clearInterval(timer);
  }
  return turns;
}
