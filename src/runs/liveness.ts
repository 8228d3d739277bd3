/** Whether a run still has its process, and what becomes of the record when it has not. */
import net from "node:net";
import os from "node:os";
import type { Finding } from "../protocol/finding.js";
import type { Manifest, RunState } from "../protocol/manifest.js";
import { appendFindings } from "./findingsFile.js";
import { readManifest, writeManifest } from "./manifestFile.js";

const liveStates: readonly RunState[] = ["preparing", "running", "paused", "stopping"];

/** Whether the manifest says that a process works on it. */
export function saysLive(manifest: Manifest): boolean {
  return liveStates.includes(manifest.state);
}

/**
 * Whether something listens on the run's socket. A run listens before it writes its first manifest and until after its last, so
 * a socket that refuses means that the process is gone; a process id would not tell, ids are used again.
 * Runs of other machines count as live: it cannot be seen from here.
 */
export async function isLive(manifest: Manifest): Promise<boolean> {
  if (!saysLive(manifest)) return false;
  if (manifest.host !== undefined && manifest.host !== os.hostname()) return true;
  return manifest.socket !== null && (await answers(manifest.socket));
}

/** Whether something listens on a local socket or pipe. */
export function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(address);
    const settle = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", (error: NodeJS.ErrnoException) => settle(error.code !== "ENOENT" && error.code !== "ECONNREFUSED"));
    socket.setTimeout(2000, () => settle(true)); // a pipe whose process is busy
  });
}

/**
 * The run's manifest as it stands. One that says it lives but whose process is gone is recorded as failed, with the code
 * `process-died` and a finding. `cause` says what is known of the death ("killed by SIGKILL"). Gives what was found out, if anything.
 */
export async function readManifestRepaired(folder: string, cause: string | null = null): Promise<{ readonly manifest: Manifest; readonly died: Finding | null }> {
  const seen = await readManifest(folder);
  if (!saysLive(seen) || (await isLive(seen))) return { manifest: seen, died: null };
  const manifest = await readManifest(folder); // it may have ended in between
  if (!saysLive(manifest) || manifest.pid !== seen.pid) return { manifest, died: null };
  const died = processDiedFinding(manifest, cause);
  const failed: Manifest = { ...manifest, state: "failed", pid: null, socket: null, error: { code: "process-died", message: died.message } };
  try {
    appendFindings(folder, [died]);
    writeManifest(folder, failed);
  } catch {
    // a folder that may only be read is shown right all the same
  }
  return { manifest: failed, died };
}

function processDiedFinding(manifest: Manifest, cause: string | null): Finding {
  const kept = manifest.checkpoint
    ? `Resume goes on from the checkpoint of step ${manifest.checkpoint.step}.`
    : "There is no checkpoint yet: resuming starts at the first step.";
  return {
    rule: "process-died",
    severity: "error",
    problem: "learning",
    category: "system",
    message: `The training process ended without a word${cause ? ` (${cause})` : ""}: killed, out of memory, or crashed. ${kept}`,
    evidence: { pid: manifest.pid, checkpoint_step: manifest.checkpoint?.step ?? null, ...(cause ? { cause } : {}) },
    confidence: 1,
    step: manifest.step > 0 ? manifest.step : null,
    state: "open",
    file: manifest.file,
    path: "",
    range: null,
    fixes: [],
    page: "",
  };
}
