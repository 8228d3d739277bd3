import { DescentError } from "../../common/errors.js";
import { readManifestRepaired, saysLive } from "../../runs/liveness.js";
import { connect, type RunHandle } from "./runHandle.js";

/**
 * Attaches to a run that goes on, such as one started before the window was reloaded. Throws `run-not-live` where the run has ended
 * (one whose process died is recorded as failed first), and `run-missing` or `run-unreadable` where the folder is no run.
 */
export async function attach(runFolder: string, options: { readonly client: "host" | "cli"; readonly panel: boolean }): Promise<RunHandle> {
  const { manifest } = await readManifestRepaired(runFolder);
  if (!saysLive(manifest) || manifest.socket === null) {
    throw new DescentError("run-not-live", `The run ${manifest.id} has ended (${manifest.state}).`, { file: runFolder });
  }
  return connect(runFolder, manifest.socket, options);
}
