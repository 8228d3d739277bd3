import { DescentError } from "../../../common/errors.js";
import { toJsonNumber } from "../../../common/numbers.js";
import type { Comparison } from "../../../common/statistics/compareSamples.js";
import { evaluateEnsemble as measureEnsemble } from "../../../engine/ensemble/evaluateEnsemble.js";
import { Inference } from "../../../engine/training/inference.js";
import type { EnsembleEvaluationResult } from "../../../protocol/ensemble.js";
import type { Split } from "../../../protocol/evaluation.js";
import { keepEnsembleEvaluation } from "../../../runs/ensembleFile.js";
import { createOnnxRuntimeBackend } from "../../backend/onnxRuntimeBackend.js";
import type { Report } from "../../report.js";
import { disposeMembers, loadMembers, type LoadedEnsemble } from "./loadMembers.js";

/**
 * Evaluates an ensemble's averaged predictions on a split and keeps what came of it in its folder. Throws `split-empty`,
 * `ensemble-split-differs` where members hold different examples in that split, and what loading members throws.
 */
export async function evaluateEnsemble(folder: string, split: Split, report: Report): Promise<EnsembleEvaluationResult> {
  const ensemble = await loadMembers(folder, report);
  const [{ run, problem }] = ensemble.members;
  const indices = run.dataset.splits[split];
  const inference = new Inference(problem, createOnnxRuntimeBackend(), { provider: "cpu", threads: run.tuning.threads });
  try {
    checkSplit(ensemble, split);
    const passes = [];
    for (const [i, member] of ensemble.members.entries()) {
      report.progress(`member ${i + 1} of ${ensemble.members.length}`, i / ensemble.members.length);
      passes.push({ problem: member.problem, pass: await member.run.trainer.pass(indices, ensemble.weights) });
    }
    const found = await measureEnsemble(passes, indices, ensemble.best, inference);
    const { classes } = run.dataset;
    const result: EnsembleEvaluationResult = {
      run: folder, split, examples: indices.length, metrics: jsonNumbers(found.metrics),
      members: ensemble.members.map(({ member, run: own }, i) => ({ member: Number(member.id), label: member.label, step: stepOf(ensemble, own.trainer), metrics: jsonNumbers(found.members[i].metrics) })),
      best: ensemble.best,
      gain: Object.fromEntries(Object.entries(found.gains).map(([metric, { overMean, overBest }]) => [metric, { over_mean: jsonComparison(overMean), over_best: jsonComparison(overBest) }])),
      disagreement: toJsonNumber(found.disagreement),
      disputed: found.disputed.map((example) => ({ ...example, votes: [...example.votes], confidence: toJsonNumber(example.confidence) })),
      confusion: found.confusion && classes ? { classes: [...classes], counts: [...found.confusion] } : null,
    };
    await keepEnsembleEvaluation(folder, result).catch((thrown: Error) => report.log("warning", `The evaluation cannot be kept in ${folder}: ${thrown.message}`));
    return result;
  } finally {
    await inference.dispose();
    await disposeMembers(ensemble);
  }
}

function checkSplit({ members, folder }: LoadedEnsemble, split: Split): void {
  const [{ run }, ...others] = members;
  const own = run.dataset.splits[split];
  if (own.length === 0) throw new DescentError("split-empty", `The ensemble has no ${split} data.`, { file: folder });
  const same = (rows: Int32Array): boolean => rows.length === own.length && rows.every((row, i) => row === own[i]);
  if (others.some((other) => !same(other.run.dataset.splits[split]))) {
    throw new DescentError("ensemble-split-differs", `The members hold different examples in their ${split} data, as their folds do: only what none of them has trained on says what the ensemble is worth. Take the test split.`, { file: folder });
  }
}

function stepOf({ weights }: LoadedEnsemble, { best, step }: { readonly best: { readonly step: number } | null; readonly step: number }): number {
  return weights === "best" ? (best?.step ?? step) : step;
}

function jsonNumbers(metrics: Readonly<Record<string, number>>): EnsembleEvaluationResult["metrics"] {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, toJsonNumber(value)]));
}

function jsonComparison({ difference, interval, t, freedom, p }: Comparison): EnsembleEvaluationResult["gain"][string]["over_mean"] {
  return { difference: toJsonNumber(difference), interval: interval && [interval[0], interval[1]], t: toJsonNumber(t), freedom: toJsonNumber(freedom), p: toJsonNumber(p) };
}
