/** The copy of a training file that a run, a repeat or a search keeps in its folder: its paths are still those of the original's folder. */
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";

/** What says of a folder whose copy it holds: `run.json`, `group.json`, `search.json` agree in this. */
const manifestNames = ["run.json", "group.json", "search.json"] as const;
const keeperSchema = z.object({ file: z.string(), storedFile: z.string() });
/** Copies of copies: a run that was begun from a copy keeps one too. */
const mostCopies = 20;

/** The training file, absolute, of which `file` is the stored copy; null where it is none. */
export function originalOf(file: string): string | null {
  const folder = path.dirname(path.resolve(file));
  for (const name of manifestNames) {
    try {
      const keeper = keeperSchema.parse(JSON.parse(fs.readFileSync(path.join(folder, name), "utf8")));
      if (keeper.storedFile === path.basename(file) && path.resolve(keeper.file) !== path.resolve(file)) return path.resolve(keeper.file);
    } catch {
      // not of this kind, or of another program
    }
  }
  return null;
}

/**
 * The folder, absolute, at which a training file's paths start: its own, or the original's where it is a run's stored copy. A folder that is gone
 * (runs that came from another machine) counts for nothing.
 */
export function pathsFolderOf(file: string): string {
  let at = path.resolve(file);
  for (let n = 0; n < mostCopies; n++) {
    const original = originalOf(at);
    if (original === null) break;
    at = original;
  }
  const folder = path.dirname(at);
  return fs.existsSync(folder) ? folder : path.dirname(path.resolve(file));
}
