import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";
import { createRun } from "../../src/engine/training/pretraining/createRun.js";
import { measureTuning } from "../../src/engine/training/tuning.js";
import type { EvaluationDone } from "../../src/engine/training/types.js";
import { loadDataset } from "../../src/files/loadDataset.js";
import { withModelFiles } from "../../src/files/loadModelFiles.js";
import { LiveRules } from "../../src/rules/liveRules.js";
import { runDataRules, runLint } from "../../src/rules/runRules.js";
import type { Finding } from "../../src/protocol/finding.js";
import { createOnnxRuntimeBackend } from "../../src/runtime/backend/onnxRuntimeBackend.js";

const folder = path.join(import.meta.dirname, "../../examples");
const names = readdirSync(folder).filter((name) => name.endsWith(".train.yaml"));
const log = () => undefined;

/** What each example must reach on the data that it has not seen, and in how many epochs. */
const goals: Readonly<Record<string, (metrics: Readonly<Record<string, number>>) => void>> = {
  "mnist.train.yaml": (metrics) => expect(metrics["validation/accuracy"]).toBeGreaterThanOrEqual(0.97),
  "digits.train.yaml": (metrics) => expect(metrics["validation/accuracy"]).toBeGreaterThan(0.94),
  // one of its runs; all together: test/cli/group.test.ts, ensemble.test.ts
  "repeat.train.yaml": (metrics) => expect(metrics["validation/accuracy"]).toBeGreaterThan(0.93),
  "ensemble.train.yaml": (metrics) => expect(metrics["validation/accuracy"]).toBeGreaterThan(0.93),
  // without its search
  "search.train.yaml": (metrics) => expect(metrics["validation/accuracy"]).toBeGreaterThan(0.9),
  "residual.train.yaml": (metrics) => expect(metrics["validation/accuracy"]).toBeGreaterThan(0.97),
  "transfer.train.yaml": (metrics) => expect(metrics["test/accuracy"]).toBeGreaterThan(0.82), // from scratch: 0.776 to 0.790
  "twoMoons.train.yaml": (metrics) => expect(metrics["validation/accuracy"]).toBeGreaterThan(0.97),
  "alice.train.yaml": (metrics) => expect(metrics["validation/perplexity"]).toBeLessThan(13), // 72 characters; knowing their shares alone gives 23
  "autoencoder.train.yaml": (metrics) => expect(metrics["validation/loss"]).toBeLessThan(0.023), // 16 principal components leave 0.0278
  "pretraining.train.yaml": (metrics) => expect(metrics["validation/accuracy"]).toBeGreaterThan(0.9), // without pretraining 0.1
  "diabetes.train.yaml": (metrics) => expect(metrics["validation/r2"]).toBeGreaterThan(0.3), // linear regression reaches about 0.45
};

/** Epochs that show that an example learns, where all of them would take a minute. */
const fewer: Readonly<Record<string, number>> = { "alice.train.yaml": 2 };

test("every example has a goal", () => expect(names.sort()).toEqual(Object.keys(goals).sort()));

describe.each(names)("%s", (name) => {
  const parsed = parseTrainingFile(readFileSync(path.join(folder, name), "utf8"), { file: name });

  test("is without a problem, an error or a warning", async () => {
    expect(parsed.problems).toEqual([]);
    const config = await withModelFiles(parsed.config!, { folder });
    const dataset = await loadDataset(config, { folder, log });
    expect([...runLint(parsed), ...runDataRules({ ...parsed, config }, dataset)].filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  test("learns, and hears no warning on the way", async () => {
    const written = await withModelFiles(parsed.config!, { folder });
    const config = { ...written, training: { ...written.training, epochs: fewer[name] ?? written.training.epochs } };
    const dataset = await loadDataset(config, { folder, log });
    const backend = createOnnxRuntimeBackend();
    const tuning = await measureTuning({ config, dataset, backend, provider: "cpu", cores: 1, log });
    const trainer = await createRun({ config, dataset, backend, provider: "cpu", tuning, resume: null, unlabelled: null, log });
    const evaluations: EvaluationDone[] = [];
    const watched = new LiveRules({ ...parsed, config }, dataset, trainer.plan);
    const warned: string[] = [];
    const hear = (findings: readonly Finding[]): void => void warned.push(...findings.filter(({ severity }) => severity !== "info").map(({ rule, message }) => `${rule}: ${message}`));
    for (;;) {
      const event = await trainer.next();
      if (event.kind === "evaluation" && event.split === "validation") evaluations.push(event);
      // pretraining has losses of its own
      if (event.kind === "steps" && !event.phase) hear(watched.pushChunk(event));
      if (event.kind === "evaluation" && !event.phase) hear(watched.pushEvaluation(event));
      if (event.kind !== "end") continue;
      expect(event.error).toBeNull();
      goals[name](event.metrics);
      break;
    }
    hear(watched.end());
    expect(warned).toEqual([]);
    expect(evaluations.length).toBeGreaterThan(1);
    if (process.env["DESCENT_VERBOSE"] !== undefined) for (const { epoch, metrics, trainMetrics } of evaluations) console.info(name, epoch, metrics, trainMetrics);
    await trainer.dispose();
  });
});
