/** The job `inspect`: a process that holds a run while someone looks into its layers, and answers one request after the other. */
import { DescentError, toDescentError } from "../../common/errors.js";
import { predictsClasses } from "../../engine/data/task.js";
import { Inference } from "../../engine/training/inference.js";
import { ModelUse } from "../../engine/training/modelUse.js";
import { inspectionRequestSchema, type Inspection, type InspectionRequest } from "../../protocol/inspection.js";
import type { Split } from "../../protocol/evaluation.js";
import type { Job } from "../../protocol/runtime.js";
import { createOnnxRuntimeBackend } from "../backend/onnxRuntimeBackend.js";
import type { Report } from "../report.js";
import { ExampleRequests } from "../training/exampleRequests.js";
import { filterPictures, mapPictures, pictureLayers } from "./layerPictures.js";
import { openRunWeights, type RunWeights, type WeightsOfStep } from "./runWeights.js";

/** Most examples of a split that are predicted to find the mistakes among them. */
const mostPredicted = 5000;

type Wanted<Ask extends InspectionRequest["ask"]> = Extract<InspectionRequest, { ask: Ask }>;

/** Answers requests until the parent is gone. Throws what opening the run throws. */
export async function inspect(job: Extract<Job, { job: "inspect" }>, report: Report): Promise<void> {
  const requests: unknown[] = [];
  let wake = () => {};
  // what is asked while the run is read waits
  process.on("message", (request) => {
    requests.push(request);
    wake();
  });
  const inspector = new RunInspector(await openRunWeights(job.run, job.live, report), report);
  for (let id = 0; ; id++) {
    while (requests.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    try {
      report.inspected(id, { ok: true, value: await inspector.answer(inspectionRequestSchema.parse(requests.shift())) });
    } catch (thrown) {
      const { code, message } = toDescentError(thrown);
      report.inspected(id, { ok: false, error: { code, message } });
    }
  }
}

class RunInspector {
  private readonly inference: Inference;
  private readonly use: ModelUse;
  private readonly layers;
  /** The weights looked at last: a slider goes back and forth, and layers are looked at one after the other. */
  private held: WeightsOfStep | null = null;
  private readonly mistakes = new Map<Split, { readonly step: number; readonly indices: Int32Array }>();

  constructor(private readonly run: RunWeights, report: Report) {
    this.inference = new Inference(run.problem, createOnnxRuntimeBackend(report.log), run.session);
    this.use = new ModelUse(run.problem, this.inference);
    this.layers = pictureLayers(run.problem.outline, run.dataset);
  }

  async answer(request: InspectionRequest): Promise<Inspection> {
    switch (request.ask) {
      case "outline": return this.outline();
      case "filters": return { of: "filters", ...filterPictures(this.outlineOf(request.layer), this.layerOf(request.layer), await this.weightsOf(request.step), request) };
      case "activations": return this.activations(request);
      case "examples": return this.examples(request);
    }
  }

  private outline(): Inspection {
    const { splits } = this.run.dataset;
    const some = (["validation", "train", "test"] as const).filter((split) => splits[split].length > 0);
    return { of: "outline", layers: [...this.layers], steps: [...this.run.steps()], splits: some.map((split) => ({ split, count: splits[split].length })) };
  }

  private async activations(request: Wanted<"activations">): Promise<Inspection> {
    const layer = this.layerOf(request.layer);
    const size = this.run.dataset.inputs.dims[0];
    if (request.example >= size) throw new DescentError("no-such-example", `There is no example ${request.example}; there are ${size}.`);
    const { weights, step } = await this.weightsOf(request.step);
    const { data } = await this.use.activations(layer.name, Int32Array.of(request.example), weights);
    return { of: "activations", example: request.example, ...mapPictures(layer, step, data, request) };
  }

  private async examples({ split, mistakes, offset, limit }: Wanted<"examples">): Promise<Inspection> {
    const newest = await this.weightsOf(this.newest());
    const all = this.run.dataset.splits[split];
    const indices = mistakes ? await this.mistakesOf(split, newest) : all;
    const predicting = {
      step: newest.step, best: null,
      predict: (some: Int32Array) => this.use.predict(some, newest.weights),
    };
    const result = await new ExampleRequests({ ...this.run, trainer: predicting }, "current").at([...indices.subarray(offset, offset + limit)]);
    if (!result.ok) throw new DescentError(result.error.code, result.error.message);
    return { of: "examples", examples: result.examples, total: indices.length };
  }

  /** Examples whose class is not the one predicted. */
  private async mistakesOf(split: Split, { step, weights }: WeightsOfStep): Promise<Int32Array> {
    const { dataset } = this.run;
    if (!predictsClasses(dataset.task) || dataset.targets.dims.length > 1) throw new DescentError("no-mistakes", "Only of classes it can be said that a prediction is wrong.");
    const known = this.mistakes.get(split);
    if (known?.step === step) return known.indices;
    const some = dataset.splits[split].subarray(0, mostPredicted);
    const { predicted } = await this.use.predict(some, weights);
    const indices = some.filter((example, i) => Number(dataset.targets.data[example]) !== predicted[i]);
    this.mistakes.set(split, { step, indices });
    return indices;
  }

  private newest(): number {
    const newest = this.run.steps().at(-1);
    if (newest === undefined) throw new DescentError("run-without-checkpoint", `The run ${this.run.manifest.id} has no checkpoint yet.`);
    return newest;
  }

  private async weightsOf(step: number): Promise<WeightsOfStep> {
    // a run that goes on from an earlier checkpoint comes by the same step again, with other weights: rare, and told by nothing but time
    if (this.held?.step !== step) this.held = await this.run.at(step);
    return this.held;
  }

  private layerOf(name: string) {
    const layer = this.layers.find((one) => one.name === name);
    if (layer === undefined) throw new DescentError("unknown-layer", `${name} has no pictures; ${this.layers.length === 0 ? "no layer of this model has" : `there are ${this.layers.map((one) => one.name).join(", ")}`}.`);
    return layer;
  }

  private outlineOf(name: string) {
    return this.run.problem.outline.find((one) => one.name === this.layerOf(name).name)!;
  }
}
