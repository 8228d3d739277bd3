/** The loss surfaces that someone asked for, kept with the run so that they need not be computed again. */
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { surfaceSchema, type LossSurface } from "../protocol/surface.js";
import { writeFileAtomic } from "./atomicFile.js";
import { runFiles } from "./runFolder.js";

/** Surfaces kept of a run, newest last; of the largest one, 65 x 65, about 40 kB each. */
const kept = 12;

/** Adds a surface; one of the same wish and step is replaced, the oldest beyond twelve is dropped. Throws what the file system throws. */
export async function keepSurface(folder: string, surface: LossSurface): Promise<void> {
  const others = (await readSurfaces(folder)).filter((one) => surfaceName(one) !== surfaceName(surface));
  writeFileAtomic(path.join(folder, runFiles.surfaces), JSON.stringify([...others, surface].slice(-kept)));
}

/** The surfaces of a run, in the order in which they were computed; none where there are none or the file is damaged. */
export async function readSurfaces(folder: string): Promise<LossSurface[]> {
  try {
    return z.array(surfaceSchema).parse(JSON.parse(await fs.promises.readFile(path.join(folder, runFiles.surfaces), "utf8")));
  } catch {
    return [];
  }
}

/** What tells two surfaces of a run apart. */
function surfaceName({ directions, seed, reach, points, split, step }: LossSurface): string {
  return [directions, directions === "random" ? seed : "", reach, points, split, step].join(" ");
}
