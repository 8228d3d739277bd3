import fs from "node:fs";
import { DescentError } from "../../common/errors.js";

/** Does the work while no other process does work under the same lock file. A lock whose process is gone is taken over. Throws `install-in-progress`. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: "wx" });
      break;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "EEXIST" || attempt > 0) throw thrown;
      const owner = Number(fs.readFileSync(file, "utf8"));
      if (owner > 0 && owner !== process.pid && isAlive(owner)) throw new DescentError("install-in-progress", `CUDA support is being installed already, by process ${owner}. Wait for it, or end it.`);
      fs.rmSync(file, { force: true });
    }
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}
