/** What can be done with a run, by how it stands. Menus, quick picks and commands ask here. */
import { saysLive } from "../../runs/liveness.js";
import { stateOf, type Run } from "./run.js";

export const isLive = (run: Run): boolean => run.live !== null;
export const canPause = (run: Run): boolean => run.live !== null && stateOf(run) === "running";
export const canResume = (run: Run): boolean => run.live !== null && stateOf(run) === "paused";
/** Its process is gone, whatever happened to it, so that it can go on: from its checkpoint, or from the first step. A run of another machine may live unseen. */
export const hasEnded = (run: Run): boolean => run.live === null && !isLogged(run) && !saysLive(run.manifest);
/** Others wrote it: it is looked at and compared, nothing else. */
export const isLogged = (run: Run): boolean => run.manifest.origin !== undefined;
export const hasCheckpoint = (run: Run): boolean => hasEnded(run) && run.manifest.checkpoint !== null;

/** A tree item's `contextValue`: what contributions.ts' menus match. */
export function contextValue(run: Run): string {
  if (isLogged(run)) return "run logged";
  if (run.live) return `run live ${stateOf(run)}`;
  if (!hasEnded(run)) return "run";
  return hasCheckpoint(run) ? "run ended checkpoint" : "run ended";
}
