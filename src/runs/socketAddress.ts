import { randomBytes } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

/** Bytes that a Unix socket's path may have everywhere (104 on macOS with its end, 108 on Linux). */
const longestSocketPath = 100;

/** Addresses to try in order: in the run's folder, else (a path too long, a file system without sockets) in a folder of our own under the temporary one. */
function candidates(runFolder: string): (() => string)[] {
  if (process.platform === "win32") return [() => `\\\\.\\pipe\\descent-${randomBytes(12).toString("hex")}`];
  const inRun = path.join(runFolder, "run.sock");
  const elsewhere = () => path.join(fs.mkdtempSync(path.join(os.tmpdir(), "descent-")), "run.sock");
  return Buffer.byteLength(inRun) <= longestSocketPath ? [() => inRun, elsewhere] : [elsewhere];
}

/** Makes a server listen for this run, and gives its address. Only this user may connect. Throws what the system throws. */
export async function listenForRun(server: net.Server, runFolder: string): Promise<string> {
  const addresses = candidates(runFolder);
  for (const [i, make] of addresses.entries()) {
    const address = make();
    try {
      // a socket left by a killed process; that nothing answers on it was checked before the run was taken over
      if (process.platform !== "win32") fs.rmSync(address, { force: true });
      await listen(server, address);
      if (process.platform !== "win32") fs.chmodSync(address, 0o600);
      return address;
    } catch (thrown) {
      if (i === addresses.length - 1) throw thrown;
    }
  }
  throw new Error("unreachable");
}

function listen(server: net.Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Removes what `listenForRun` left in the temporary folder; Node itself removes the socket when the server closes. */
export function removeSocketFolder(address: string, runFolder: string): void {
  if (process.platform === "win32" || path.dirname(address) === runFolder) return;
  fs.rmSync(path.dirname(address), { recursive: true, force: true });
}
