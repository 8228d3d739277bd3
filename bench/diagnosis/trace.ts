/** Runs as their rules saw them: trained once, kept, and played to the rules as often as wanted. */
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import { gunzipSync, gzipSync } from "node:zlib";
import { DescentError, toDescentError } from "../../src/common/errors.js";
import type { ParsedFile } from "../../src/config/parseTrainingFile.js";
import type { Dataset } from "../../src/engine/data/types.js";
import { createTrainer } from "../../src/engine/training/trainer.js";
import type { ChunkDone, EvaluationDone, TrainingPlan } from "../../src/engine/training/types.js";
import { createOnnxRuntimeBackend } from "../../src/runtime/backend/onnxRuntimeBackend.js";

export type Trace =
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "ran"; readonly plan: TrainingPlan; readonly events: readonly (ChunkDone | EvaluationDone)[]; readonly failed: boolean; readonly seconds: number };

const backend = createOnnxRuntimeBackend();
/** Kept runs are of no use once training itself has changed: raise this then. */
const version = 1;

/** Where what is known of a file's run is kept. */
export function storedAt(text: string, store: string, kind: "gz" | "quality"): string {
  return path.join(store, `${crypto.createHash("sha256").update(`${version}\n${text}`).digest("hex").slice(0, 24)}.${kind}`);
}

/** The run of a file with a seed, from the store where it is kept. `text` must say everything that the run depends on. */
export async function traceOf(text: string, parsed: ParsedFile, load: () => Promise<Dataset>, store: string): Promise<Trace> {
  const file = storedAt(text, store, "gz");
  if (fs.existsSync(file)) return deserialize(gunzipSync(fs.readFileSync(file))) as Trace;
  const trace = await run(parsed, load);
  if (trace.kind === "refused") return trace; // it takes no time to see again
  fs.mkdirSync(store, { recursive: true });
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, gzipSync(serialize(trace), { level: 3 }));
  fs.renameSync(temporary, file);
  return trace;
}

async function run({ config }: ParsedFile, load: () => Promise<Dataset>): Promise<Trace> {
  const begin = performance.now();
  try {
    const trainer = await createTrainer({ config: config!, dataset: await load(), backend, provider: "cpu", tuning: { threads: 1, chunkSteps: 20, lowering: "plain" }, fixedChunks: true, resume: null, log: () => undefined });
    const events: (ChunkDone | EvaluationDone)[] = [];
    try {
      for (;;) {
        const event = await trainer.next();
        if (event.kind === "end") return { kind: "ran", plan: trainer.plan, events, failed: event.status === "failed", seconds: (performance.now() - begin) / 1000 };
        if (event.kind === "steps" || event.kind === "evaluation") events.push(event);
      }
    } finally {
      await trainer.dispose();
    }
  } catch (thrown) {
    return { kind: "refused", message: (thrown instanceof DescentError ? thrown : toDescentError(thrown)).message };
  }
}
