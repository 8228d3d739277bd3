import { describe, expect, it } from "vitest";
import type { ImportedConfig, TrainingConfig } from "../../../src/engine/training/config.js";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import type { Dataset } from "../../../src/engine/data/types.js";
import { backend, plain } from "../training/testRun.js";
import { farthest, figuresOf, importedConfig, importedData, modelOf } from "./importedRun.js";

async function run(config: TrainingConfig, dataset: Dataset) {
  const trainer = await createTrainer({ config, dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
  try {
    const all = Int32Array.from(dataset.splits.train);
    const before = (await trainer.predict(all, "current")).outputs;
    const losses: number[] = [];
    for (;;) {
      const event = await trainer.next();
      if (event.kind === "steps") losses.push(...event.losses);
      if (event.kind === "end") break;
    }
    return { before, losses, after: (await trainer.predict(all, "current")).outputs, plan: trainer.plan };
  } finally {
    await trainer.dispose();
  }
}

describe("an imported PyTorch model trains as PyTorch trains it", () => {
  const cases: readonly { readonly file: string; readonly figures: string; readonly imported?: Partial<ImportedConfig> }[] = [
    { file: "cnn-training", figures: "cnn-training" },
    { file: "cnn-training", figures: "cnn-inference", imported: { training: false } },
    { file: "cnn-training", figures: "cnn-frozen", imported: { training: false, freeze: ["conv1.*", "bn1.*", "block.*"] } },
    { file: "cnn-training", figures: "cnn-frozen", imported: { freeze: ["conv1", "bn1", "block.*"] } },
    { file: "sequence-torchscript", figures: "sequence" },
    { file: "sequence-dynamo", figures: "sequence" },
    { file: "mlp-external", figures: "mlp" },
    { file: "mlp-float64", figures: "mlp" },
  ];
  for (const { file, figures, imported } of cases) {
    it(`${file}, figures ${figures} ${JSON.stringify(imported ?? {})}`, async () => {
      const wanted = figuresOf(figures);
      const config = importedConfig(modelOf(file), { imported, training: { steps: wanted.losses.length } });
      const { before, losses, after } = await run(config, importedData(wanted));
      expect(farthest(before, wanted.outputs)).toBeLessThan(1e-5);
      expect(farthest(losses, wanted.losses)).toBeLessThan(2e-5);
      expect(farthest(after, wanted.trained)).toBeLessThan(2e-4);
    });
  }
});
