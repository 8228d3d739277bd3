/**
 * Keeps what the measurement before a model's first run decided, in the product's own storage: the same model on the same machine is
 * then run in the same way again, to the bit.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import type { Dataset } from "../../engine/data/types.js";
import type { Provider } from "../../engine/training/backend.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { tuningKey } from "../../engine/training/tuning.js";
import type { Tuning } from "../../engine/training/types.js";
import { writeFileAtomic } from "../../runs/atomicFile.js";

/** To be raised when what a tuning names or how it is measured changes. */
const version = 1;

const storedSchema = z.object({
  version: z.literal(version),
  tuning: z.object({ threads: z.int().min(1), chunkSteps: z.int().min(1), lowering: z.string(), batchSize: z.int().min(1).optional() }),
});

/** The stored tuning of a model on this machine, or what `measure` finds, which is then stored. A storage that cannot be written to is told through `log`. */
export async function tuningFor(
  model: { readonly config: TrainingConfig; readonly dataset: Dataset; readonly provider: Provider },
  storage: string,
  measure: () => Promise<Tuning>,
  log: (level: "info" | "warning", text: string) => void,
): Promise<Tuning> {
  const file = path.join(storage, "tuning", `${keyOf(model)}.json`);
  const known = readStored(file);
  if (known) return known;
  const tuning = await measure();
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    return keep(file, tuning);
  } catch (thrown) {
    log("warning", `threads and chunk length cannot be kept in ${storage}, so the last bit of a repeated run may differ: ${(thrown as Error).message}`);
    return tuning;
  }
}

/** Stores what was measured; what another process stored meanwhile stands, so that runs of one model that begin together agree to the bit. */
function keep(file: string, tuning: Tuning): Tuning {
  const text = JSON.stringify({ version, tuning });
  try {
    fs.writeFileSync(file, text, { flag: "wx" });
    return tuning;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
  }
  const known = readStored(file);
  if (known) return known;
  writeFileAtomic(file, text); // an older version's, or damaged
  return tuning;
}

function readStored(file: string): Tuning | null {
  try {
    return storedSchema.parse(JSON.parse(fs.readFileSync(file, "utf8"))).tuning;
  } catch {
    return null;
  }
}

/** A hash of the model and of the machine: what the step's speed and its last bit depend on. */
function keyOf({ config, dataset, provider }: { readonly config: TrainingConfig; readonly dataset: Dataset; readonly provider: Provider }): string {
  const memory = config.training.batchSize === "auto" ? [Math.round(os.totalmem() / 2 ** 30)] : [];
  const machine = [os.platform(), os.arch(), os.cpus()[0]?.model, os.availableParallelism(), ...memory];
  return createHash("sha256").update(JSON.stringify([version, tuningKey(config, dataset), provider, machine])).digest("hex").slice(0, 32);
}
