/** How much other programs compute on this machine. */
import os from "node:os";

/** Of all cores' time: above it, what is measured says more about the others than about the model. */
const mostShare = 0.15;

/** Milliseconds that all cores have computed since the machine was started. */
function busyTime(): number {
  return os.cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
}

/** Milliseconds that this process, with all its threads, has computed. */
function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Begins to watch; the function that it gives says whether others have taken more than 15 % of the cores' time since. The system counts in hundredths of a second. */
export function watchOthers(): () => boolean {
  const [begun, busy, own] = [performance.now(), busyTime(), ownTime()];
  return () => {
    const others = busyTime() - busy - (ownTime() - own);
    return others > mostShare * os.cpus().length * (performance.now() - begun) + 10;
  };
}

/** Whether, on the average of the last minute, half a core or a tenth of all was busy at most. Windows tells no average, and is taken to be quiet: what is measured is watched all the same. */
export function wasQuiet(load = os.loadavg()[0], cores = os.cpus().length): boolean {
  return load <= Math.max(0.5, 0.1 * cores);
}
