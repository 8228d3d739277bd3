import { toDescentError } from "../../common/errors.js";
import { predictsClasses } from "../../engine/data/task.js";
import type { Dataset } from "../../engine/data/types.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { Trainer } from "../../engine/training/types.js";
import type { Projection } from "../../protocol/evaluation.js";
import { ProjectionClient } from "../workers/projectionClient.js";

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
  private readonly method: "tsne" | "pca";
  private of: string;
  private working: Promise<void> | null = null;
  /** A snapshot was wanted while another formed. */
  private missed = false;
  private last: { readonly of: string; readonly layout: Float32Array } | null = null;

  constructor(private readonly options: ProjectorOptions) {
    const { config: { diagnostics }, dataset, trainer } = options;
    const settings = typeof diagnostics.projection === "string" ? null : diagnostics.projection;
    this.client = new ProjectionClient(options.dist);
    this.method = settings?.method ?? "tsne";
    this.examples = sample(dataset.splits.validation.length > 0 ? dataset.splits.validation : dataset.splits.train, settings?.examples ?? defaultExamples);
    this.of = settings?.of ?? lastHiddenLayer(trainer);
  }

  /** Whether the file wants projections. */
  get enabled(): boolean {
    return this.options.config.diagnostics.projection !== "none" && this.examples.length > 2;
  }

  /** Chooses a layer by name, `inputs`, or `auto` for the last hidden one. What is no layer is told, and nothing changes. */
  choose(of: string): boolean {
    const known = of === "inputs" || this.options.trainer.plan.layers.some(({ name }) => name === of);
    if (of !== "auto" && !known) {
      this.options.onTrouble(`there is no layer ${of} to project`);
      return false;
    }
    this.of = of === "auto" ? lastHiddenLayer(this.options.trainer) : of;
    return true;
  }

  /** Takes the activations as they are now and begins to lay them out, unless the last layout is still forming. */
  async snapshot(): Promise<void> {
    if (!this.enabled) return;
    this.missed = this.working !== null;
    if (this.missed) return;
    const { trainer } = this.options;
    const { of, examples } = this;
    const [whole, { predicted, steps }] = [await trainer.activations(of, examples), await trainer.predict(examples, "current")];
    const { data, width } = this.lastSteps(of, whole);
    const last = Array.from(examples, (_, i) => predicted[(i + 1) * steps - 1]);
    this.working = this.layOut({ of, step: trainer.step, data, width, predicted: last }).finally(() => (this.working = null));
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

  /** Of sequences with a class for every step, what a layer makes of the last one: the point is coloured by its class. */
  private lastSteps(of: string, { data, width }: { readonly data: Float32Array; readonly width: number }): { readonly data: Float32Array; readonly width: number } {
    const { dataset, trainer } = this.options;
    const shape = trainer.plan.layers.find(({ name }) => name === of)?.outputShape ?? [];
    if (!predictsClasses(dataset.task) || dataset.targets.dims.length === 1 || shape.length !== 2) return { data, width };
    const features = shape[1];
    const last = new Float32Array(this.examples.length * features);
    for (let i = 0; i < this.examples.length; i++) last.set(data.subarray((i + 1) * width - features, (i + 1) * width), i * features);
    return { data: last, width: features };
  }

  private async layOut({ of, step, data, width, predicted }: { of: string; step: number; data: Float32Array; width: number; predicted: number[] }): Promise<void> {
    const { dataset, onProjection, onTrouble } = this.options;
    const classes = [...(dataset.classes ?? [])];
    const steps = dataset.targets.data.length / dataset.targets.dims[0];
    const labels = Array.from(this.examples, (example) => (predictsClasses(dataset.task) ? Number(dataset.targets.data[(example + 1) * steps - 1]) : 0));
    const give = (layout: Float32Array, done: boolean) => {
      const [x, y] = [0, 1].map((axis) => Array.from({ length: this.examples.length }, (_, i) => layout[2 * i + axis]));
      onProjection({ step, method: this.method, of, x, y, labels, predicted, examples: [...this.examples], classes }, done);
    };
    try {
      const start = this.last?.of === of ? this.last.layout : null;
      const layout = await this.client.project(data, this.examples.length, width, { method: this.method, start, every: shownEvery, onLayout: (forming) => give(forming, false) }).done;
      if (!layout) return;
      this.last = { of, layout };
      give(layout, true);
    } catch (thrown) {
      onTrouble(`no projection of ${of} at step ${step}: ${toDescentError(thrown).message}`);
    }
  }
}

/** The layer whose output goes into the last layer with parameters: what the network has made of its inputs. `inputs` for a network of one layer. */
function lastHiddenLayer({ plan: { layers } }: Trainer): string {
  const output = layers.findLastIndex(({ parameters }) => parameters > 0);
  // dropout does nothing in inference: the layer before it says the same under a better name
  return layers.slice(0, Math.max(output, 0)).findLast(({ kind }) => kind !== "dropout")?.name ?? "inputs";
}

/** At most `count` of the indices, evenly spread. */
function sample(indices: Int32Array, count: number): Int32Array {
  if (indices.length <= count) return indices;
  return Int32Array.from({ length: count }, (_, i) => indices[Math.floor((i * indices.length) / count)]);
}
