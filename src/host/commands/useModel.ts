/** Commands that use the model of a run that has ended. */
import path from "node:path";
import * as vscode from "vscode";
import { z } from "zod";
import { formatValue } from "../../common/format.js";
import { fromJsonNumber } from "../../common/numbers.js";
import { jsonNumberSchema } from "../../protocol/runEvents.js";
import type { ShortJob } from "../../runtime/client/runJob.js";
import { runJob } from "../../runtime/client/runJob.js";
import type { Host } from "../host.js";
import { logLine } from "../log.js";
import { hasCheckpoint } from "../runs/actions.js";
import type { Run } from "../runs/run.js";
import { requireTrust } from "../runs/startRun.js";
import { pickRun } from "./pickRun.js";

const none = "No run has ended with a checkpoint yet.";

/** What evaluation gives: metrics by tag. */
const evaluated = z.object({ metrics: z.record(z.string(), jsonNumberSchema) });

/** What sampling gives. */
const sampled = z.object({ text: z.string() });

/** Evaluate on Test Split: the best weights on examples that training never saw. */
export async function evaluateTest(host: Host, argument: unknown): Promise<unknown> {
  requireTrust();
  const run = await pickRun(host, argument, { filter: hasCheckpoint, question: "Which run is to be evaluated?", none });
  if (!run) return undefined;
  const value = await job(host, `Evaluating ${run.manifest.name} on its test split`, { job: "evaluate", run: run.folder, split: "test", storage: host.storage });
  const { metrics } = evaluated.parse(value);
  const words = Object.entries(metrics).map(([tag, figure]) => `${tag.replace(/^test\//, "").replaceAll("_", " ")} ${formatValue(fromJsonNumber(figure), 4)}`);
  void vscode.window.showInformationMessage(`${run.manifest.name} on its test split: ${words.join(", ")}`);
  return metrics;
}

/** Export Model: a plain ONNX model for any runtime. */
export async function exportModel(host: Host, argument: unknown): Promise<vscode.Uri | undefined> {
  requireTrust();
  const run = await pickRun(host, argument, { filter: hasCheckpoint, question: "Which run's model is to be exported?", none });
  if (!run) return undefined;
  const form = await vscode.window.showQuickPick(
    [
      { label: "Ready to use", description: "takes raw data, gives probabilities: scaling and softmax are inside", inside: true },
      { label: "As trained", description: "takes scaled data, gives the model's own outputs", inside: false },
    ],
    { title: "Export Model", placeHolder: "What is to be in the model?" },
  );
  if (!form) return undefined;
  const target = await vscode.window.showSaveDialog({
    title: "Export Model",
    defaultUri: vscode.Uri.file(path.join(path.dirname(run.manifest.file), `${run.manifest.name}.onnx`)),
    filters: { "ONNX model": ["onnx"] },
  });
  if (!target) return undefined;
  await job(host, `Exporting ${run.manifest.name}`, { job: "export", run: run.folder, output: target.fsPath, softmax: form.inside, scaling: form.inside });
  void vscode.window.showInformationMessage(`The model is in ${vscode.workspace.asRelativePath(target)}.`);
  return target;
}

/** Sample Text: what a language model writes behind a beginning, in a new document. A run that still trains writes with its last checkpoint. */
export async function sampleText(host: Host, argument: unknown): Promise<string | undefined> {
  requireTrust();
  const writes = (run: Run): boolean => run.manifest.task === "language_model" && run.manifest.checkpoint !== null;
  const run = await pickRun(host, argument, { filter: writes, question: "Which run is to write?", none: "No language model has a checkpoint yet. Train one with data.task: language_model." });
  if (!run) return undefined;
  const prompt = await vscode.window.showInputBox({ title: "Sample Text", prompt: "What the text begins with; it may be empty.", placeHolder: "Alice was" });
  if (prompt === undefined) return undefined;
  const value = await job(host, `${run.manifest.name} writes`, { job: "sample", run: run.folder, prompt, length: 400, temperature: 0.8, topK: null, seed: Math.floor(Math.random() * 2 ** 31) });
  const { text } = sampled.parse(value);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: text, language: "plaintext" }), { preview: true });
  return text;
}

function job(host: Host, title: string, work: ShortJob): Thenable<unknown> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Descent: ${title}`, cancellable: true }, (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    return runJob(work, {
      runtimePath: host.runtimePath,
      storage: host.storage,
      signal: controller.signal,
      onProgress: (text) => progress.report({ message: text }),
      onLog: (level, text) => logLine(host.log, level, work.job, text),
    });
  });
}
