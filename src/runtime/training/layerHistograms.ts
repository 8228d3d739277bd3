import { histogramOf, type Histogram } from "../../engine/training/histogram.js";
import type { Dataset } from "../../engine/data/types.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { Trainer } from "../../engine/training/types.js";
import type { HistogramOf } from "../../protocol/histograms.js";

/** Examples whose activations and gradients are looked at; fewer where the model is large. */
const mostExamples = 128;
/** Multiply-adds of one look, forward alone. */
const mostOperations = 2e9;
/** Share of the training time that looking may take where the file does not ask for it: with the statistics of steps (`statisticsSteps`, 2 %) 3 %. */
const mostTime = 0.01;

/** A layer's histogram, by what it is of. */
export interface MeasuredHistogram {
  readonly layer: string;
  readonly of: HistogramOf;
  readonly histogram: Histogram;
}

export interface LayerHistogramsOptions {
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly trainer: Trainer;
  /** Multiply-adds of one example's forward pass. */
  readonly operations: number;
  readonly onTrouble: (text: string) => void;
}

/** Looks at how weights, gradients and activations lie, layer by layer, at evaluations; seldom enough that training hardly notices, unless the file asks for all. */
export class LayerHistograms {
  private readonly examples: Int32Array;
  private off = false;
  private lookedUntil = performance.now();
  private cost = 0;

  constructor(private readonly options: LayerHistogramsOptions) {
    const { dataset: { splits }, operations } = options;
    const from = splits.validation.length > 0 ? splits.validation : splits.train;
    this.examples = from.slice(0, Math.max(1, Math.min(from.length, mostExamples, Math.floor(mostOperations / Math.max(1, operations)))));
  }

  /** The histograms as things stand; none where the file wants none, nobody looks (`watched`), or it would take too much of the time. */
  async snapshot(watched: boolean): Promise<MeasuredHistogram[]> {
    const { config: { diagnostics }, trainer } = this.options;
    const start = performance.now();
    const affordable = this.cost <= mostTime * (start - this.lookedUntil);
    const wanted = diagnostics.statistics === "full" || (diagnostics.statistics === "layers" && watched && affordable);
    if (!wanted || this.off) return [];
    try {
      const { activations, gradients, weights } = await trainer.anatomy(this.examples);
      const measured = [
        ...joined("weights", [...weights]),
        ...joined("gradients", [...gradients]),
        ...[...activations].map(([layer, values]): MeasuredHistogram => ({ layer, of: "activations", histogram: histogramOf([values]) })),
      ];
      this.lookedUntil = performance.now();
      this.cost = this.lookedUntil - start;
      return measured;
    } catch (thrown) {
      // a model whose gradients need more than training's own graph has: the run goes on without pictures of its layers
      this.off = true;
      this.options.onTrouble(`no histograms of this run: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      return [];
    }
  }
}

/** The tensors of each layer together. */
function joined(of: HistogramOf, tensors: readonly (readonly [name: string, values: Float32Array])[]): MeasuredHistogram[] {
  const layers = new Map<string, Float32Array[]>();
  for (const [name, values] of tensors) {
    const layer = name.slice(0, name.lastIndexOf("."));
    layers.set(layer, [...(layers.get(layer) ?? []), values]);
  }
  return [...layers].map(([layer, values]) => ({ layer, of, histogram: histogramOf(values) }));
}
