import { fork } from "node:child_process";
import { DescentError, fromSerializedError } from "../../common/errors.js";
import { searchIpcSchema, type SearchJob } from "../../protocol/search.js";
import { attachSearch, type SearchHandle } from "./searchHandle.js";

/**
 * Forks a process that runs a search and attaches to it. Rejects with the coded, located error of what cannot be searched, before which
 * nothing has been written, or with `process-died`. `searchPath`: the bundle `dist/search.js`, absolute.
 */
export function startSearch(job: SearchJob, searchPath: string): Promise<SearchHandle> {
  return new Promise((resolve, reject) => {
    // its own group, and no debugger's flags: it outlives this window's reload
    const child = fork(searchPath, [], { execArgv: [], detached: true, stdio: ["ignore", "ignore", "ignore", "ipc"], serialization: "json" });
    child.once("error", (error) => reject(new DescentError("process-died", `The search's process could not be started: ${error.message}`)));
    child.once("exit", (code, signal) => reject(new DescentError("process-died", `The search's process ended before the search began (${signal ?? `exit code ${code}`}).`)));
    child.on("message", (value) => {
      const checked = searchIpcSchema.safeParse(value);
      if (!checked.success) return;
      if (checked.data.ipc === "refused") {
        const { code, message, file, path, range } = checked.data.error;
        return reject(fromSerializedError({ code, message, ...(file ? { file } : {}), ...(path ? { path } : {}), ...(range ? { range } : {}) }));
      }
      attachSearch(checked.data.folder).then(resolve, reject).finally(() => {
        child.unref();
        child.channel?.unref();
      });
    });
    child.send(job, () => {});
  });
}
