/** Where the command line finds its own parts and keeps what it measured. */
import os from "node:os";
import path from "node:path";

/** The bundle of the runtime process, beside this one. */
export function runtimePath(): string {
  return path.join(__dirname, "runtime.js");
}

/** Where the pages of rules are, in the product's own folder. */
export function pagesFolder(): string {
  return path.join(path.dirname(__dirname), "media", "rules");
}

/** The user's cache folder for Descent, by the platform's custom. */
export function storageFolder(): string {
  if (process.platform === "win32") return path.join(process.env.LOCALAPPDATA ?? path.join(os.homedir(), "AppData", "Local"), "descent");
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Caches", "descent");
  return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "descent");
}
