import type { Manifest, RunState } from "../../protocol/manifest.js";
import type { LiveRun } from "./liveRun.js";

/** A run of the workspace: what its folder says, and its process where it has one. */
export interface Run {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly live: LiveRun | null;
}

/** The state to show: a live run says it sooner than its folder. */
export function stateOf(run: Run): RunState {
  return run.live?.state ?? run.manifest.state;
}
