import fs from "node:fs";
import os from "node:os";

/**
 * Lets the editor and its windows have the cores first where there are not enough for all. Costs nothing where cores are free.
 * Linux schedules by session where `sched_autogroup_enabled` is set, as on most desktops: this process leads a session of its own,
 * and a process' niceness counts within its session only, so the session gets one too (sched(7), "The autogroup feature").
 *
 * @param priority Of `os.constants.priority`, from -20 to 19.
 */
function setPriority(priority: number): void {
  try {
    os.setPriority(priority);
  } catch {
    // a system may forbid it; then this process competes as anything else does
  }
  if (process.platform !== "linux") return;
  try {
    fs.writeFileSync("/proc/self/autogroup", String(priority));
  } catch {
    // a kernel without groups, or one that forbids it
  }
}

/** Training that somebody watches in the editor. */
export const stayBehindTheEditor = (): void => setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

/** What takes a minute gives way to the training beside it. */
export const stayBehindTraining = (): void => setPriority(os.constants.priority.PRIORITY_LOW);
