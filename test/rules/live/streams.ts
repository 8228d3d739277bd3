/** Runs as streams: what a trainer would give, made from formulas with seeded noise. */
import { loadDataset } from "../../../src/files/loadDataset.js";
import type { EvaluationDone } from "../../../src/engine/training/types.js";
import type { Finding } from "../../../src/protocol/finding.js";
import { LiveRules } from "../../../src/rules/liveRules.js";
import { soundFile } from "../datasets.js";

/** Seeded normal deviates (mulberry32, Box-Muller). */
export function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

export interface StreamedRun {
  readonly data?: string;
  readonly model?: string;
  readonly more?: string;
  readonly totalSteps: number;
  /** Loss of step (from 1). */
  readonly loss: (step: number) => number;
  readonly norm?: (step: number) => number;
  readonly updateRatio?: (step: number) => number;
  /** Further scalars of a measured step. */
  readonly statistics?: (step: number) => Readonly<Record<string, number>>;
  /** Steps after which the run stops early. */
  readonly stopsAt?: number;
  /** Evaluations every so many steps. */
  readonly evaluateEvery?: number;
  readonly evaluate?: (step: number) => { readonly loss: number; readonly accuracy?: number; readonly trainAccuracy?: number; readonly confusion?: readonly number[] };
  readonly chunk?: number;
}

/** All findings that a run's stream brings forth, in order. Two moons by default: chance is ln 2. */
export async function watch(run: StreamedRun): Promise<Finding[]> {
  const model = run.model ?? "[dense: { units: 16, activation: relu }, dense: 2]";
  const parsed = soundFile(`data: ${run.data ?? "{ train: { generate: two_moons } }"}\nmodel: ${model}\n${run.more ?? "loss: cross_entropy\n"}`);
  const dataset = await loadDataset(parsed.config!, { folder: import.meta.dirname, log: () => undefined });
  const width = Number(/dense: (\d+)\]$/.exec(model)?.[1] ?? 1);
  const layers = [{ name: "dense_2", kind: "dense", path: "model[1].dense", outputShape: [width], parameters: 1 }];
  const rules = new LiveRules(parsed, dataset, { stepsPerEpoch: run.evaluateEvery ?? 100, totalSteps: run.totalSteps, layers });
  const found: Finding[] = [];
  const size = run.chunk ?? 20;
  for (let first = 1; first <= (run.stopsAt ?? run.totalSteps); first += size) {
    const steps = Array.from({ length: Math.min(size, run.totalSteps - first + 1) }, (_, i) => first + i);
    const last = steps[steps.length - 1];
    const values = { ...(run.norm ? { gradient_norm: run.norm(last) } : {}), ...(run.updateRatio ? { "update_ratio/dense_1": run.updateRatio(last) } : {}), ...run.statistics?.(last) };
    found.push(...rules.pushChunk({
      kind: "steps", firstStep: first, losses: Float32Array.from(steps, run.loss), learningRates: Float64Array.from(steps, () => 1e-3), lossesWithPenalty: null,
      statistics: Object.keys(values).length > 0 ? [{ step: last, values }] : [], epoch: 0, waited: 0, seconds: 0,
    }));
    if (run.evaluate && run.evaluateEvery && Math.floor(last / run.evaluateEvery) > Math.floor((first - 1) / run.evaluateEvery)) found.push(...rules.pushEvaluation(evaluation(last, run.evaluate(last))));
  }
  return [...found, ...rules.end()];
}

function evaluation(step: number, { loss, accuracy, trainAccuracy, confusion }: { loss: number; accuracy?: number; trainAccuracy?: number; confusion?: readonly number[] }): EvaluationDone {
  return {
    kind: "evaluation", step, epoch: 0, split: "validation", confusion: confusion === undefined ? null : Int32Array.from(confusion), isBest: false,
    metrics: accuracy === undefined ? { loss } : { loss, accuracy }, trainMetrics: trainAccuracy === undefined ? {} : { accuracy: trainAccuracy },
  };
}
