/** The process of a search that an editor began: forked with one job, it outlives a reload of the window and ends when no editor is there any more. */
import { DescentError, toDescentError } from "../common/errors.js";
import { searchIpcSchema, searchJobSchema } from "../protocol/search.js";
import type { z } from "zod";
import { localExecutorFor } from "./local/places.js";
import { runSearch, type RunningSearch } from "./search/runSearch.js";

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
    const { from, runtimePath, storage, device, rules } = checked.data;
    let running: RunningSearch | null = null;
    let absence = setTimeout(() => running?.stop(), hostAbsence);
    await runSearch({
      from,
      executor: (parsed, plan) => localExecutorFor(parsed.config!, plan.parallel, { runtimePath, storage, device, rules }),
      onMessage: () => {},
      onClients: (hosts) => {
        clearTimeout(absence);
        if (hosts === 0) absence = setTimeout(() => running?.stop(), hostAbsence);
      },
      onOpen: (opened) => {
        running = opened;
        for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => opened.stop());
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
