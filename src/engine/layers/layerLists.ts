/** Arguments that hold layers, as the engine reads them. The file's own form of them is the list of layers again (config/schema). */
import { z } from "zod";

const layer = z.looseObject({ kind: z.string(), name: z.string(), path: z.string(), arguments: z.record(z.string(), z.unknown()) });

/** Layers one after the other. */
export const layerList = z.array(layer);

/** Lists of layers side by side. */
export const branchList = z.array(layerList).min(1);
