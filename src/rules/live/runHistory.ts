/** What rules remember of a run: a bounded summary of any number of steps. */
import type { ChunkDone, EvaluationDone } from "../../engine/training/types.js";

/** Mean of a stretch of a series, and how well it is known. */
export interface Stretch {
  readonly mean: number;
  /** Standard error of the mean, from the spread of block means. */
  readonly error: number;
  readonly blocks: number;
}

const mostBlocks = 200;

/** A series as means of equal blocks; when there are 200, neighbours merge and blocks are twice as long. Constant work a value. */
export class BlockSeries {
  private readonly means = new Float64Array(mostBlocks);
  private blocks = 0;
  private length = 1;
  private sum = 0;
  private pending = 0;
  /** Values taken. */
  count = 0;

  push(value: number): void {
    this.count += 1;
    this.sum += value;
    this.pending += 1;
    if (this.pending < this.length) return;
    this.means[this.blocks] = this.sum / this.length;
    this.blocks += 1;
    [this.sum, this.pending] = [0, 0];
    if (this.blocks < mostBlocks) return;
    for (let i = 0; i < mostBlocks / 2; i += 1) this.means[i] = (this.means[2 * i] + this.means[2 * i + 1]) / 2;
    this.blocks = mostBlocks / 2;
    this.length *= 2;
  }

  /** The part from share `from` to share `to` of what was taken (0 the start, 1 the end), at least 3 blocks; null with fewer. */
  stretch(from: number, to: number): Stretch | null {
    const end = Math.round(to * this.blocks);
    const start = Math.max(0, Math.min(Math.floor(from * this.blocks), end - 3));
    const blocks = end - start;
    if (blocks < 3) return null;
    const part = this.means.subarray(start, end);
    // loops: this is asked in every chunk, too seldom for calls to be compiled away
    let sum = 0;
    for (let i = 0; i < blocks; i += 1) sum += part[i];
    const mean = sum / blocks;
    let squares = 0;
    for (let i = 0; i < blocks; i += 1) squares += (part[i] - mean) ** 2;
    const variance = squares / (blocks - 1);
    return { mean, error: Math.sqrt(variance / blocks), blocks };
  }

  /** Least mean over windows of a tenth of what was taken; null with fewer than 10 blocks. */
  best(): number | null {
    const window = Math.max(3, Math.floor(this.blocks / 10));
    if (this.blocks < 10) return null;
    let best = Infinity;
    // each window is summed anew: a running sum would keep the rounding errors of losses that were once huge
    for (let start = 0; start + window <= this.blocks; start += 1) {
      let sum = 0;
      for (let i = start; i < start + window; i += 1) sum += this.means[i];
      best = Math.min(best, sum / window);
    }
    return best;
  }
}

/** The losses, gradient norms and evaluations of a run so far. */
export class RunHistory {
  readonly losses = new BlockSeries();
  firstLoss: number | null = null;
  /** In the last chunk: the position of its first loss that is not finite (-1: none), and the least up to there. */
  firstNonFinite = -1;
  leastOfChunk = Infinity;
  lastStep = 0;
  learningRate = Number.NaN;
  /** Norms of the whole gradient, the latest last; at most 64. */
  readonly gradientNorms: number[] = [];
  /** Median of the first norms (up to 20), the run's own measure; null before 5. */
  usualNorm: number | null = null;
  private readonly firstNorms: number[] = [];
  /** Largest update ratio of any layer, last measured. */
  updateRatio: number | null = null;
  /** Statistics of the first and of the last step that had any. */
  firstStatistics: Readonly<Record<string, number>> | null = null;
  lastStatistics: Readonly<Record<string, number>> = {};
  /** Those of the last measured steps, the latest last; at most 10. */
  readonly recentStatistics: Readonly<Record<string, number>>[] = [];
  private sinceEvaluation = { sum: 0, count: 0 };
  /** Mean training loss since the evaluation before. */
  trainLossOfEvaluation: number | null = null;

  takeSteps({ firstStep, losses, learningRates, statistics }: ChunkDone): void {
    let [index, least] = [0, Infinity];
    let { sum, count } = this.sinceEvaluation;
    // what follows a loss that is no number says nothing any more
    for (; index < losses.length && Number.isFinite(losses[index]); index += 1) {
      const loss = losses[index];
      if (loss < least) least = loss;
      this.losses.push(loss);
      sum += loss;
      count += 1;
    }
    this.sinceEvaluation = { sum, count };
    if (index > 0) this.firstLoss ??= losses[0];
    if (losses[index] < least) least = losses[index];
    this.firstNonFinite = index < losses.length ? index : -1;
    this.leastOfChunk = least;
    this.lastStep = firstStep + losses.length - 1;
    this.learningRate = learningRates.at(-1) ?? this.learningRate;
    for (const { values } of statistics) {
      this.firstStatistics ??= values;
      this.lastStatistics = values;
      this.recentStatistics.push(values);
      if (this.recentStatistics.length > 10) this.recentStatistics.shift();
      const norm = values.gradient_norm;
      if (norm !== undefined) this.takeNorm(norm);
      const ratios = Object.entries(values).filter(([tag, value]) => tag.startsWith("update_ratio/") && Number.isFinite(value)).map(([, value]) => value);
      if (ratios.length > 0) this.updateRatio = Math.max(...ratios);
    }
  }

  private takeNorm(norm: number): void {
    this.gradientNorms.push(norm);
    if (this.gradientNorms.length > 64) this.gradientNorms.shift();
    if (this.firstNorms.length >= 20 || !Number.isFinite(norm)) return;
    this.firstNorms.push(norm);
    if (this.firstNorms.length >= 5) this.usualNorm = median(this.firstNorms);
  }

  takeEvaluation({ split }: EvaluationDone): void {
    if (split !== "validation") return;
    const { sum, count } = this.sinceEvaluation;
    this.trainLossOfEvaluation = count === 0 ? this.trainLossOfEvaluation : sum / count;
    this.sinceEvaluation = { sum: 0, count: 0 };
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
