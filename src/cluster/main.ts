/** The process of a search that an editor began: forked with one job, it outlives a reload of the window and ends when no editor is there any more; jobs of a cluster go on. */
import path from "node:path";
import { DescentError, toDescentError } from "../common/errors.js";
import { searchIpcSchema, searchJobSchema } from "../protocol/search.js";
import type { z } from "zod";
import { runName } from "../runs/runFolder.js";
import { localExecutorFor } from "../trials/local/places.js";
import { runSearch, type RunningSearch } from "../trials/search/runSearch.js";
import { searchFiles } from "../trials/search/searchFolder.js";
import { searchSlots, slurmExecutor } from "./slurm/places.js";
import { requireSlurm } from "./slurm/scheduler.js";

/** A window that reloads is back within seconds. */
const hostAbsence = 30_000;

function send(message: z.infer<typeof searchIpcSchema>): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected && process.send) process.send(message, () => resolve());
    else resolve();
  });
}

async function main(value: unknown): Promise<void> {
  try {
    const checked = searchJobSchema.safeParse(value);
    if (!checked.success) throw new DescentError("wrong-job", "The job of the search is not understood. The extension and its search process may be of different versions.");
    const { from, runtimePath, storage, cliPath, device, rules } = checked.data;
    let running: RunningSearch | null = null;
    const leave = () => {
      if (running?.manifest.executor === "slurm") process.exit(0);
      running?.stop();
    };
    let absence = setTimeout(leave, hostAbsence);
    await runSearch({
      from,
      executor: ({ parsed, plan, folder, on }) =>
        on === "slurm"
          ? slurmExecutor({ parsed, folder, name: runName(parsed.file), slots: typeof plan.parallel === "number" ? plan.parallel : searchSlots, device, cliPath })
          : localExecutorFor(parsed.config!, plan.parallel, { runtimePath, storage, device, rules, dataFolder: path.join(folder, searchFiles.data) }),
      prepare: async (on) => (on === "slurm" ? requireSlurm() : undefined),
      onMessage: () => {},
      onClients: (hosts) => {
        clearTimeout(absence);
        if (hosts === 0) absence = setTimeout(leave, hostAbsence);
      },
      onOpen: (opened) => {
        running = opened;
        for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, leave);
        void send({ ipc: "opened", folder: opened.folder, socket: opened.manifest.socket ?? "" });
      },
    });
    process.exit(0);
  } catch (thrown) {
    await send({ ipc: "refused", error: toDescentError(thrown).toJSON() });
    process.exit(2);
  }
}

process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
process.once("message", (value) => void main(value));
if (!process.send) {
  console.error("error[wrong-usage]: this is Descent's search process; use the command line or the editor.");
  process.exit(2);
}
