import os from "node:os";
import path from "node:path";
import { pathsFolderOf } from "../../runs/storedCopy.js";

/**
 * Absolute path of the folder that gets a training file's runs. `setting`: the user's, "" for `runs` beside the file; `~/` is the home
 * folder; a relative path starts at the workspace folder, or beside the file where it lies in none.
 */
export function resolveRunsFolder(setting: string, file: string, workspaceFolder: string | null): string {
  const named = setting.trim();
  if (named === "") return path.join(pathsFolderOf(file), "runs");
  if (/^~[\\/]/.test(named)) return path.join(os.homedir(), named.slice(2));
  return path.resolve(workspaceFolder ?? path.dirname(file), named);
}
