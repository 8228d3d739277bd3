/**
 * Runs that train on this machine at the same time share its cores. Each has a file named by its process in a folder that they all know; who begins counts them. A run
 * keeps the threads that it began with, as its last bit depends on them: they are in its manifest and its checkpoints.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** A run among those of this user on this machine. */
export interface Place {
  /** Runs that go on now, this one among them. */
  runs(): number;
  /** To be called at the run's end; a process that ends leaves by itself. */
  leave(): void;
}

/** The user's own folder among the system's temporary ones: editors and command lines keep what they store in different places. */
function commonFolder(): string {
  return path.join(os.tmpdir(), `descent-runs-${os.userInfo().uid}`);
}

/**
 * Counts this process among those that train. Where the folder cannot be written to, it is alone; so it is where the environment says `DESCENT_CORES=all`, for whoever compares runs to the
 * last bit while others train.
 */
export function takePlace(folder = commonFolder(), pid = process.pid): Place {
  if (process.env.DESCENT_CORES === "all") return { runs: () => 1, leave: () => {} };
  const file = path.join(folder, String(pid));
  const leave = (): void => {
    process.off("exit", leave);
    fs.rmSync(file, { force: true });
  };
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, "");
  } catch {
    return { runs: () => 1, leave: () => {} };
  }
  process.once("exit", leave);
  return { runs: () => countLive(folder, pid), leave };
}

/** Threads of a run that would take `wanted` alone: its share of the cores, at least one. */
export function shareOfCores(wanted: number, cores: number, runs: number): number {
  return Math.min(wanted, Math.max(1, Math.floor(cores / runs)));
}

/** Files of processes that are gone, killed before they could leave, are taken away. */
function countLive(folder: string, own: number): number {
  const started = Date.now() - 1000 * os.uptime();
  let count = 1;
  for (const name of fs.readdirSync(folder)) {
    const pid = Number(name);
    if (pid === own) continue;
    const file = path.join(folder, name);
    try {
      // a number from before the machine was started is another's now
      if (fs.statSync(file).mtimeMs < started) throw new Error("of an earlier start of the machine");
      process.kill(pid, 0);
      count++;
    } catch {
      fs.rmSync(file, { force: true });
    }
  }
  return count;
}
