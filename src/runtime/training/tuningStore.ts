/**
 * Keeps what the measurement before a model's first run decided, in the product's own storage: the same model on the same machine is
 * then run in the same way again, to the bit.
 *
 * What was measured while other programs computed is provisional: it stands while the machine is busy, and is measured once more at the first run after a quiet minute. Another way must
 * then be a quarter faster to take its place, so that the bits of a repeated run change where it is worth it, at most once, and never between runs on a machine that is equally quiet, or equally busy.
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

/** A measurement, and whether other programs took the cores meanwhile. */
export interface Measured {
  readonly tuning: Tuning;
  readonly disturbed: boolean;
}

export interface TuningSource {
  /** `incumbent`: what was measured on a busy machine and is to be looked at again. */
  readonly measure: (incumbent: Tuning | null) => Promise<Measured>;
  /** Whether the machine had nothing to do for a minute. */
  readonly isQuiet: () => boolean;
  readonly log: (level: "info" | "warning", text: string) => void;
}

/** The stored tuning of a model on this machine, or what `measure` finds, which is then stored. A storage that cannot be written to is told through `log`. */
export async function tuningFor(model: { readonly config: TrainingConfig; readonly dataset: Dataset; readonly provider: Provider }, storage: string, { measure, isQuiet, log }: TuningSource): Promise<Tuning> {
  const name = path.join(storage, "tuning", keyOf(model));
  const [file, provisional] = [`${name}.json`, `${name}.provisional.json`];
  const known = readStored(file);
  if (known) return known;
  const incumbent = readStored(provisional);
  if (incumbent && !isQuiet()) return incumbent;
  const { tuning, disturbed } = await measure(incumbent);
  if (incumbent && disturbed) return incumbent;
  if (disturbed) log("info", `measured while other programs computed: ${inWords(tuning)} for now; measured again at the first run after a quiet minute (threads in the file decides it)`);
  if (incumbent && !isSame(incumbent, tuning)) log("info", `measured again on a quiet machine: ${inWords(tuning)} instead of ${inWords(incumbent)}; the last bits of losses differ from earlier runs`);
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    return keep(disturbed ? provisional : file, tuning);
  } catch (thrown) {
    log("warning", `threads and chunk length cannot be kept in ${storage}, so the last bit of a repeated run may differ: ${(thrown as Error).message}`);
    return tuning;
  }
}

function inWords({ threads, lowering }: Tuning): string {
  return `${threads} thread${threads === 1 ? "" : "s"}, ${lowering}`;
}

function isSame(a: Tuning, b: Tuning): boolean {
  return a.threads === b.threads && a.lowering === b.lowering;
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
