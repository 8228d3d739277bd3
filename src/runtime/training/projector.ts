import os from "node:os";
import { toDescentError } from "../../common/errors.js";
import type { Dataset } from "../../engine/data/types.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { Trainer } from "../../engine/training/types.js";
import type { Projection, ProjectionMethod } from "../../protocol/evaluation.js";
import { ProjectionClient } from "../workers/projectionClient.js";
import { evenly, lastHiddenLayer, layerPoints, placesOf, type LayerPoints } from "./layerPoints.js";

/** Examples in a projection, where the file does not say. */
const defaultExamples = 2000;
/** Iterations between layouts shown while one forms. */
const shownEvery = 100;

export interface ProjectorOptions {
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly trainer: Trainer;
  /** The folder of the built product. */
  readonly dist: string;
  /** `done`: the layout has formed. */
  readonly onProjection: (projection: Projection, done: boolean) => void;
  readonly onTrouble: (text: string) => void;
}

/**
 * Lays out what a layer makes of the validation examples (the training examples where there are none), in a worker thread: training
 * waits for the layer's activations only. One layout at a time; a snapshot starts from the last one of the same layer.
 */
export class Projector {
  private readonly client: ProjectionClient;
  private readonly examples: Int32Array;
  private method: ProjectionMethod;
  private of: string;
  private working: Promise<void> | null = null;
  /** A snapshot was wanted while another formed. */
  private missed = false;
  private last: { readonly of: string; readonly method: ProjectionMethod; readonly layout: Float32Array } | null = null;

  constructor(private readonly options: ProjectorOptions) {
    const { config: { diagnostics }, dataset, trainer } = options;
    const settings = typeof diagnostics.projection === "string" ? null : diagnostics.projection;
    this.client = new ProjectionClient(options.dist);
    this.method = settings?.method ?? "tsne";
    this.examples = evenly(dataset.splits.validation.length > 0 ? dataset.splits.validation : dataset.splits.train, settings?.examples ?? defaultExamples);
    this.of = settings?.of ?? lastHiddenLayer(trainer);
  }

  /** Whether the file wants projections. */
  get enabled(): boolean {
    return this.options.config.diagnostics.projection !== "none" && this.examples.length > 2;
  }

  /** Chooses a layer by name, `inputs`, or `auto` for the last hidden one. What is no layer is told, and nothing changes. */
  choose(of: string, method: ProjectionMethod | null = null): boolean {
    const known = of === "inputs" || this.options.trainer.plan.layers.some(({ name }) => name === of);
    if (of !== "auto" && !known) {
      this.options.onTrouble(`there is no layer ${of} to project`);
      return false;
    }
    this.method = method ?? this.method;
    this.of = of === "auto" ? lastHiddenLayer(this.options.trainer) : of;
    return true;
  }

  /** Takes the activations as they are now and begins to lay them out, unless the last layout is still forming. */
  async snapshot(): Promise<void> {
    if (!this.enabled) return;
    this.missed = this.working !== null;
    if (this.missed) return;
    const { of, method } = this;
    this.working = this.layOut(method, await layerPoints(this.options, of, this.examples)).finally(() => (this.working = null));
  }

  /** Waits, at most so long, for a layout that is forming, and for one of how the run ended if that was missed; then ends the worker. */
  async finish(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
    await Promise.race([this.settle(), late]);
    clearTimeout(timer);
    await this.client.dispose();
  }

  private async settle(): Promise<void> {
    await this.working;
    if (!this.missed) return;
    await this.snapshot();
    await this.working;
  }

  private async layOut(method: ProjectionMethod, { data, width, about }: LayerPoints): Promise<void> {
    const { onProjection, onTrouble } = this.options;
    const give = (layout: Float32Array, done: boolean) => onProjection({ ...about, method, ...placesOf(layout) }, done);
    try {
      const start = this.last?.of === about.of && this.last.method === method ? this.last.layout : null;
      const shown = Math.max(shownEvery, Math.ceil(this.examples.length / 20)); // many points are much to send: fewer pictures of them
      const layout = await this.client.project(data, this.examples.length, width, { method, start, threads: this.threads, every: shown, onLayout: (forming) => give(forming, false) }).done;
      if (!layout) return;
      this.last = { of: about.of, method, layout };
      give(layout, true);
    } catch (thrown) {
      onTrouble(`no projection of ${about.of} at step ${about.step}: ${toDescentError(thrown).message}`);
    }
  }

  /** Beside a run that trains, half of the cores at most. */
  private get threads(): number {
    return Math.max(1, Math.floor(os.availableParallelism() / 2));
  }
}
