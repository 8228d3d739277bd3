/**
 * What every run does before its first step, done once on a few numbers while nobody waits: code is then loaded and compiled, and
 * ONNX Runtime is up, when a run begins.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import { createRun } from "../../engine/training/pretraining/createRun.js";
import { loadDataset } from "../../files/loadDataset.js";
import { runDataRules, runLint } from "../../rules/runRules.js";
import { createOnnxRuntimeBackend } from "../backend/onnxRuntimeBackend.js";

const rows = Array.from({ length: 60 }, (_, i) => [i % 7, (i * i) % 11, (i * 5) % 13].join(", "));

const text = `data: { train: { inputs: [[${rows.join("], [")}]], targets: [${rows.map((_, i) => i % 3).join(", ")}] }, scaling: standardize }
model: [{ dense: { units: 8, activation: relu } }, { dense: 3 }]
loss: cross_entropy
optimizer: { adam: { lr: 1e-3 } }
training: { epochs: 2, batch_size: 16 }
`;

/** Trains a model of no meaning for two epochs, in memory alone. Between any two stages it gives way, and gives up once `signal` is aborted. Says whether it came to the end. */
export async function rehearse(signal: AbortSignal): Promise<boolean> {
  const pause = async (): Promise<boolean> => {
    await nextTurn();
    return signal.aborted;
  };
  const parsed = parseTrainingFile(text, { file: "rehearsal.train.yaml" });
  const { config } = parsed;
  if (config === null || (await pause())) return false;
  const backend = createOnnxRuntimeBackend();
  const silent = (): void => {};
  const dataset = await loadDataset(config, { folder: process.cwd(), log: silent, progress: silent });
  if (await pause()) return false;
  runLint(parsed);
  runDataRules(parsed, dataset);
  if (await pause()) return false;
  const trainer = await createRun({ config, dataset, unlabelled: null, backend, provider: "cpu", tuning: { threads: 1, chunkSteps: 4, lowering: "plain" }, resume: null, log: silent });
  try {
    while (!(await pause())) if ((await trainer.next()).kind === "end") return true;
    return false;
  } finally {
    await trainer.dispose();
  }
}
