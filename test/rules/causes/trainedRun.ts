/** Short real runs with every rule watching: what `train` tells, without a process. */
import path from "node:path";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import { loadDataset } from "../../../src/files/loadDataset.js";
import type { Finding } from "../../../src/protocol/finding.js";
import { causesOf, type Cause } from "../../../src/rules/causes/causesOf.js";
import { foldFindings } from "../../../src/rules/causes/foldFindings.js";
import { LiveRules } from "../../../src/rules/liveRules.js";
import { runDataRules, runLint } from "../../../src/rules/runRules.js";
import { createOnnxRuntimeBackend } from "../../../src/runtime/backend/onnxRuntimeBackend.js";
import { soundFile } from "../datasets.js";

const examples = path.join(import.meta.dirname, "../../../examples");
const backend = createOnnxRuntimeBackend();

export interface TrainedRun {
  readonly findings: readonly Finding[];
  readonly causes: readonly Cause[];
  readonly metrics: Readonly<Record<string, number>>;
}

/** Trains a file to its end. Relative paths start at the examples. */
export async function train(text: string): Promise<TrainedRun> {
  const parsed = soundFile(text);
  const config = parsed.config!;
  const dataset = await loadDataset(config, { folder: examples, log: () => undefined });
  const findings = [...runLint(parsed), ...runDataRules(parsed, dataset)];
  const trainer = await createTrainer({ config, dataset, backend, provider: "cpu", tuning: { threads: 1, chunkSteps: 20, lowering: "plain" }, resume: null, log: () => undefined });
  try {
    const live = new LiveRules(parsed, dataset, trainer.plan);
    for (;;) {
      const event = await trainer.next();
      if (event.kind === "steps") findings.push(...live.pushChunk(event));
      if (event.kind === "evaluation") findings.push(...live.pushEvaluation(event));
      if (event.kind !== "end") continue;
      findings.push(...live.end());
      return { findings, causes: causesOf(foldFindings(findings), { finished: event.status !== "failed" }), metrics: event.metrics };
    }
  } finally {
    await trainer.dispose();
  }
}
