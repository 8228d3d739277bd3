/** A run by the engine alone, on whatever backend: the training file's text, two IDX files, and out come the losses. Runs in Node and in a page. */
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import { buildDataset } from "../../../src/engine/data/buildDataset.js";
import { readIdx } from "../../../src/engine/data/readIdx.js";
import { tensorAsTable } from "../../../src/engine/data/table.js";
import { probeBlockSize } from "../../../src/engine/lowering/probeBlockSize.js";
import type { Backend } from "../../../src/engine/training/backend.js";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import { measureTuning } from "../../../src/engine/training/tuning.js";

export interface Trained {
  readonly losses: readonly number[];
  /** Final figures by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Bytes of the exported model. */
  readonly exported: readonly number[];
  readonly chosenThreads: number;
  readonly blockSize: number | null;
}

export async function trainDigits(text: string, images: Uint8Array, labels: Uint8Array, backend: Backend): Promise<Trained> {
  const { config, problems } = parseTrainingFile(text, { file: "digits.train.yaml" });
  if (config === null) throw new Error(problems.map(({ message }) => message).join("\n"));
  const named = (name: string, bytes: Uint8Array): { file: string; name: string; bytes: Uint8Array } => ({ file: name, name, bytes });
  const source = { inputs: readIdx(named("images-idx3-ubyte", images)), labels: tensorAsTable(readIdx(named("labels-idx1-ubyte", labels)), "label") };
  const dataset = buildDataset(config, { train: source, validation: null, test: null }, "idx");

  const log = (): void => undefined;
  const tuning = await measureTuning({ config, dataset, backend, provider: "cpu", cores: 1, log });
  const trainer = await createTrainer({ config, dataset, backend, provider: "cpu", tuning: { ...tuning, lowering: "plain" }, resume: null, log });
  const losses: number[] = [];
  for (;;) {
    const event = await trainer.next();
    if (event.kind === "steps") losses.push(...event.losses);
    if (event.kind !== "end") continue;
    if (event.error !== null) throw new Error(event.error.message);
    const exported = Array.from(trainer.exportModel({ weights: "current", softmax: true, scaling: true }));
    await trainer.dispose();
    return { losses, metrics: event.metrics, exported, chosenThreads: tuning.threads, blockSize: await probeBlockSize(backend) };
  }
}
