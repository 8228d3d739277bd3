// Where what is fetched once is kept: outside the work tree, one folder for all checkouts of a user.
import os from "node:os";
import path from "node:path";

/** The user's cache folder for Descent's development tools. */
export function cacheFolder() {
  if (process.env.DESCENT_CACHE) return process.env.DESCENT_CACHE;
  if (process.platform === "win32") return path.join(process.env.LOCALAPPDATA ?? path.join(os.homedir(), "AppData", "Local"), "descent-development");
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Caches", "descent-development");
  return path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "descent-development");
}
