import path from "node:path";
import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { jsonNumberSchema } from "../../protocol/runEvents.js";
import type { SearchManifest } from "../../protocol/search.js";
import { runJob } from "../../runtime/client/runJob.js";
import { JournalWriter } from "./journal.js";
import { searchFiles, trialFolder } from "./searchFolder.js";
import type { SearchLog, Tested } from "./searchLog.js";

const evaluationSchema = z.object({ metrics: z.record(z.string(), jsonNumberSchema) });

/**
 * Measures the winner of a search that is over on the test split, with its best weights, and writes that into the journal. It is done
 * once: what an earlier call found for the same winner is given again. Throws `no-winner`, and what the evaluation throws.
 */
export async function testWinner({ folder, log }: { readonly folder: string; readonly manifest: SearchManifest; readonly log: SearchLog }, options: { readonly runtimePath: string; readonly storage: string; readonly signal?: AbortSignal }): Promise<Tested> {
  const winner = log.winner();
  if (winner === null) throw new DescentError("no-winner", "No trial has come to a figure, so there is no winner to measure.", { file: folder });
  if (log.tested !== null && log.tested.trial === winner.trial) return log.tested;
  const value = await runJob({ job: "evaluate", run: trialFolder(folder, winner.trial), split: "test", storage: options.storage }, { runtimePath: options.runtimePath, ...(options.signal ? { signal: options.signal } : {}) });
  const { metrics } = evaluationSchema.parse(value);
  const journal = new JournalWriter(path.join(folder, searchFiles.journal), () => {});
  const entry = { entry: "tested" as const, at: new Date().toISOString(), trial: winner.trial, metrics };
  const problem = journal.add(entry);
  journal.close();
  log.add(entry);
  if (problem !== null) throw problem;
  return { trial: winner.trial, metrics };
}
