import { histogramOfSchema, type LayerHistogram } from "../../protocol/histograms.js";

/** What is kept of one layer and kind: more would be finer than a picture through time can show, so every second one goes. */
const most = 400;

/** The histograms of a run's layers, in memory: some hundred bytes each. */
export class HistogramStore {
  /** By layer, then kind; steps rise. */
  private readonly layers = new Map<string, Map<string, LayerHistogram[]>>();

  /** Those at or after the step of a new one give way (a run that resumes goes back). */
  add(histogram: LayerHistogram): void {
    const { layer, of, step } = histogram;
    let kinds = this.layers.get(layer);
    if (!kinds) this.layers.set(layer, (kinds = new Map()));
    const before = (kinds.get(of) ?? []).filter((one) => one.step < step);
    const kept = before.length < most ? before : before.filter((_, i) => i % 2 === 0);
    kinds.set(of, [...kept, histogram]);
  }

  /** Forgets those at a step and after it. */
  dropFrom(step: number): void {
    for (const kinds of this.layers.values()) for (const [of, list] of kinds) kinds.set(of, list.filter((one) => one.step < step));
  }

  /** All of a layer, kind after kind, steps rising. */
  of(layer: string): LayerHistogram[] {
    return [...(this.layers.get(layer)?.values() ?? [])].flat();
  }
}

/** A histogram as an event file holds it, by its tag: `train/weights/dense_1`; null for one that is none of ours. */
export function layerHistogram(tag: string, step: number, { min, max, bucket }: { readonly min: number; readonly max: number; readonly bucket: readonly number[] }): LayerHistogram | null {
  const [split, of, ...rest] = tag.split("/");
  const kind = histogramOfSchema.safeParse(of);
  if (split !== "train" || !kind.success || rest.length === 0) return null;
  return { layer: rest.join("/"), of: kind.data, step, min, max, counts: [...bucket] };
}
