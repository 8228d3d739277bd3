import type { EventFileDamage } from "../events/eventFileReader.js";
import { scanScalars } from "../events/readScalars.js";
import type { CurveStore } from "./curveStore.js";
import { type HistogramStore, layerHistogram } from "./histogramStore.js";

/** Points that are handed over at once. */
const batch = 2048;

class Batch {
  readonly steps: number[] = [];
  readonly values: number[] = [];
  readonly times: number[] = [];

  constructor(
    readonly tag: string,
    readonly prefix: string,
  ) {}
}

/** Reads the scalars of a run's folder into a store, a batch at a time, so that nothing is held twice, and its layers' histograms. Throws what the file system throws. */
export async function readCurves(folder: string, store: CurveStore, histograms: HistogramStore | null = null): Promise<EventFileDamage[]> {
  const batches = new Map<string, Batch>();
  const hand = (one: Batch) => {
    store.append([one]);
    one.steps.length = one.values.length = one.times.length = 0;
  };
  const damage = await scanScalars(folder, {
    point(tag, prefix, step, value, wallTime) {
      let one = batches.get(tag);
      if (!one) batches.set(tag, (one = new Batch(tag, prefix)));
      one.steps.push(step);
      one.values.push(value);
      one.times.push(wallTime);
      if (one.steps.length === batch) hand(one);
    },
    histogram(tag, _prefix, step, histogram) {
      const one = histograms && layerHistogram(tag, step, histogram);
      if (one) histograms.add(one);
    },
    restart(prefix, step) {
      if (prefix === "train/") histograms?.dropFrom(step);
      for (const one of batches.values()) {
        if (one.prefix !== prefix) continue;
        hand(one);
        store.seriesOf(one.tag).dropFrom(step);
      }
    },
  });
  for (const one of batches.values()) hand(one);
  return damage;
}
