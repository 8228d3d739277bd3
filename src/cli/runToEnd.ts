import type { z } from "zod";
import { runJob, type JobOptions, type ShortJob } from "../runtime/client/runJob.js";
import { exitCodes } from "./exitCodes.js";
import { runtimePath, storageFolder } from "./locations.js";
import { printNote } from "./output.js";

/** Runs a short job to its end and gives its checked result; Ctrl-C ends it with exit code 130. */
export async function runToEnd<T>(job: ShortJob, result: z.ZodType<T>, options: Pick<JobOptions, "onCheck" | "onFinding" | "onProgress"> = {}): Promise<T> {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => controller.abort());
  const onLog = (level: string, text: string) => (level === "error" ? printNote(text) : undefined);
  try {
    return result.parse(await runJob(job, { ...options, runtimePath: runtimePath(), storage: storageFolder(), signal: controller.signal, onLog }));
  } catch (thrown) {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    throw thrown;
  }
}
