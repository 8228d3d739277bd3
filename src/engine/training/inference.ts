/** The model in inference mode: outputs, losses and activations of any examples, with any weights. */
import { gradients } from "../differentiation/gradients.js";
import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { streamsTargets, takeRowsOf } from "../data/stream/exampleStream.js";
import type { ConstantTensor } from "../graph/types.js";
import { forWebGpu } from "../lowering/forWebGpu.js";
import { encodeModel, irVersionOf } from "../onnx/encode.js";
import { newGraph } from "../ops/inference.js";
import type { Backend, Session, SessionOptions } from "./backend.js";
import type { Carried } from "./chunkRunner.js";
import { batchLoss, countsOf } from "./batchLoss.js";
import { buildForward, type Forward, outputRows, scaleInputs, scaleTargets, targetRows } from "./forward.js";
import { logOfProbabilities } from "../losses/crossEntropy.js";
import { numbersOf, outputReading } from "./decide.js";
import { importedPart, movedTensors, type TrainingProblem } from "./problem.js";
import { isWatched } from "./statistics.js";
import { RunningErrors } from "../metrics/regression.js";

/** Outputs of a pass, in the order of the indices. */
export interface Pass {
  /** [n, width], or, with a class for every step, [n x steps, width]; none for a language model, where they would be too many. */
  readonly outputs: Float32Array;
  /** For a language model: how it did on every token. */
  readonly tokens: TokenScores | null;
  /** Where steps are masked: 1 for each step that counts, 0 for the others, of all examples; null: all count. */
  readonly counts: Float32Array | null;
  /** The mean loss over the examples, by their weights. */
  readonly loss: number;
  /** Of an autoencoder whose inputs are streamed, what they are compared with: the scaled inputs of these examples, [n, width]. */
  readonly streamedTargets?: Float32Array;
  /** The same compared as they came, in place of `outputs`, where figures alone were asked for. */
  readonly errors?: RunningErrors;
}

/** What is asked of a pass: its outputs, or figures alone, for which those of streamed data need not all be held. */
export type PassFor = "outputs" | "figures";

/** How the targets of a language model fared, [n x steps] each. */
export interface TokenScores {
  /** Of the right token; null where the outputs are no probabilities. */
  readonly logProbabilities: Float32Array | null;
  /** 1 where the largest output is the right token's. */
  readonly hits: Float32Array;
  /** Outputs larger than the right token's. */
  readonly larger: Float32Array;
}

/** What flows through a model for some examples, in inference mode. */
export interface Anatomy {
  /** Outputs by layer, [n, width] flattened; only of layers that learn or are activations. */
  readonly activations: ReadonlyMap<string, Float32Array>;
  /** Gradients of the mean loss without penalties by tensor (`dense_1.weight`), of its shape. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** The learned tensors themselves. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

const activationPrefix = "activation/";
const gradientPrefix = "gradient/";

/** Values that a pass may hold at once, for its largest layer: 16 MB. */
const valuesAtOnce = 2 ** 22;

/** Sessions for passes over the data set. They are made when first needed and kept. */
export class Inference {
  #evaluation: Promise<Session> | null = null;
  #last: Promise<Session> | null = null;
  #losses: Promise<Session> | null = null;
  #activations: { readonly layer: string; readonly session: Promise<Session> } | null = null;
  #anatomy: { readonly batch: number; readonly session: Promise<Session> } | null = null;
  readonly #block: number;

  constructor(
    private readonly problem: TrainingProblem,
    private readonly backend: Backend,
    private readonly session: SessionOptions,
  ) {
    const largest = Math.max(...problem.outline.map((layer) => sizeOf(layer.outputShape)), sizeOf(problem.dataset.inputs.dims.slice(1)));
    this.#block = Math.min(Math.max(Math.floor(valuesAtOnce / largest), 1), 1024);
  }

  /** The bytes of a model in the form for the session's provider. */
  #model(build: (problem: TrainingProblem) => GraphBuilder): Uint8Array {
    const builder = build(this.problem);
    const graph = builder.build("inference");
    return encodeModel({ graph: this.session.provider === "webgpu" ? forWebGpu(graph, builder.opset) : graph, opsets: new Map([["", builder.opset]]), irVersion: irVersionOf(builder.opset), metadata: new Map() });
  }

  /** Outputs and mean loss of these examples. */
  async run(indices: Int32Array, weights: Readonly<Carried>, wanted: PassFor = "outputs"): Promise<Pass> {
    this.#evaluation ??= this.backend.createSession(this.#model(evaluationModel), this.session);
    const session = await this.#evaluation;
    const { outputWidth, steps, task } = this.problem.lossProblem;
    const isText = task === "language_model";
    const comparesStreamed = streamsTargets(this.problem.dataset);
    const holdsNone = isText || (comparesStreamed && wanted === "figures");
    const [perExample, targets] = [holdsNone ? 0 : steps * outputWidth, isText ? indices.length * steps : 0];
    const outputs = new Float32Array(indices.length * perExample);
    const streamed = comparesStreamed ? new StreamedTargets(this.problem, holdsNone ? 0 : outputs.length) : null;
    const scores: Record<string, Float32Array> = { log_probability: new Float32Array(targets), hit: new Float32Array(targets), larger: new Float32Array(targets) };
    let [sum, weight] = [0, 0];
    let counts: Float32Array | null = null;
    for (let start = 0; start < indices.length; start += this.#block) {
      const block = indices.subarray(start, start + this.#block);
      const feeds = await this.#feeds(block, weights, true);
      const results = await session.run(feeds);
      streamed?.add(feeds.targets, results.outputs.data as Float32Array, results.counts?.data as Float32Array | undefined, start);
      if (isText) for (const name of Object.keys(scores)) if (results[name] !== undefined) scores[name].set(results[name].data as Float32Array, start * steps);
      if (!holdsNone) outputs.set(results.outputs.data as Float32Array, start * perExample);
      sum += (results.loss_sum.data as Float32Array)[0];
      if (results.counts !== undefined) {
        const ofBlock = results.counts.data as Float32Array;
        counts ??= new Float32Array((ofBlock.length / block.length) * indices.length);
        counts.set(ofBlock, (ofBlock.length / block.length) * start);
      }
      weight += results.loss_weight === undefined ? block.length * steps : (results.loss_weight.data as Float32Array)[0];
    }
    const isProbable = logProbabilityForm(this.problem) !== null;
    const tokens = isText ? { logProbabilities: isProbable ? scores.log_probability : null, hits: scores.hit, larger: scores.larger } : null;
    return { outputs, tokens, counts, loss: weight === 0 ? 0 : sum / weight, ...streamed?.done() };
  }

  /**
   * What the loss says of outputs that another model, or several together, gave for these examples: its mean, and each example's share in it
   * (their mean is the loss). `outputs` and `counts` as in a Pass.
   */
  async lossOf(indices: Int32Array, { outputs, counts }: Pick<Pass, "outputs" | "counts">): Promise<{ readonly loss: number; readonly perExample: Float64Array }> {
    const masked = counts !== null && this.problem.lossProblem.ignores !== true;
    this.#losses ??= this.backend.createSession(this.#model((problem) => lossModel(problem, masked)), this.session);
    const session = await this.#losses;
    const { outputWidth, steps } = this.problem.lossProblem;
    const rows = new Float64Array(indices.length);
    const weights = new Float64Array(indices.length);
    for (let i = 0; i < indices.length; i++) {
      const targets = await this.#targetsOf(indices.subarray(i, i + 1));
      const time = counts === null ? 0 : counts.length / indices.length;
      const results = await session.run({
        targets,
        outputs: { type: "float32", dims: [steps, outputWidth], data: outputs.slice(i * steps * outputWidth, (i + 1) * steps * outputWidth) },
        ...(masked ? { steps: { type: "float32" as const, dims: [1, time], data: counts.slice(i * time, (i + 1) * time) } } : {}),
      });
      rows[i] = (results.loss_sum.data as Float32Array)[0];
      weights[i] = results.loss_weight === undefined ? steps : (results.loss_weight.data as Float32Array)[0];
    }
    const weight = weights.reduce((sum, one) => sum + one, 0);
    return { loss: weight === 0 ? 0 : rows.reduce((sum, one) => sum + one, 0) / weight, perExample: rows.map((one) => (weight === 0 ? 0 : (one * indices.length) / weight)) };
  }

  /** What a language model gives for the token after each of these examples, [n, width]. */
  async runLast(indices: Int32Array, weights: Readonly<Carried>): Promise<Float32Array> {
    this.#last ??= this.backend.createSession(this.#model(lastStepModel), this.session);
    const session = await this.#last;
    const width = this.problem.lossProblem.outputWidth;
    const outputs = new Float32Array(indices.length * width);
    for (let start = 0; start < indices.length; start += this.#block) {
      const results = await session.run(await this.#feeds(indices.subarray(start, start + this.#block), weights, false));
      outputs.set(results.outputs.data as Float32Array, start * width);
    }
    return outputs;
  }

  /** Outputs of every layer, and the gradients of the mean loss, for these examples; a session of its own for their number, kept until another is asked for. */
  async anatomy(indices: Int32Array, weights: Readonly<Carried>): Promise<Anatomy> {
    if (this.#anatomy?.batch !== indices.length) {
      await (await this.#anatomy?.session)?.release();
      this.#anatomy = { batch: indices.length, session: this.backend.createSession(this.#model((problem) => anatomyModel(problem, indices.length)), this.session) };
    }
    const results = await (await this.#anatomy.session).run(await this.#feeds(indices, weights, true));
    const of = (prefix: string) => new Map(Object.entries(results).flatMap(([name, { data }]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), data as Float32Array] as const] : [])));
    const gradients = of(gradientPrefix);
    return { activations: of(activationPrefix), gradients, weights: new Map([...gradients.keys()].map((name) => [name, weights[name].data as Float32Array])) };
  }

  /** What a layer gives for these examples, flattened to [n, width]; `inputs` are the scaled inputs. */
  async activations(layer: string, indices: Int32Array, weights: Readonly<Carried>): Promise<{ readonly data: Float32Array; readonly width: number }> {
    if (this.#activations?.layer !== layer) {
      await (await this.#activations?.session)?.release();
      this.#activations = { layer, session: this.backend.createSession(this.#model((problem) => activationModel(problem, layer)), this.session) };
    }
    const session = await this.#activations.session;
    const shape = layer === "inputs" ? this.problem.dataset.inputs.dims.slice(1) : this.problem.outline.find(({ name }) => name === layer)!.outputShape;
    const width = sizeOf(shape);
    const data = new Float32Array(indices.length * width);
    for (let start = 0; start < indices.length; start += this.#block) {
      const results = await session.run(await this.#feeds(indices.subarray(start, start + this.#block), weights, false));
      data.set(results.activations.data as Float32Array, start * width);
    }
    return { data, width };
  }

  async dispose(): Promise<void> {
    await (await this.#evaluation)?.release();
    await (await this.#last)?.release();
    await (await this.#losses)?.release();
    await (await this.#activations?.session)?.release();
    await (await this.#anatomy?.session)?.release();
    [this.#evaluation, this.#last, this.#losses, this.#activations, this.#anatomy] = [null, null, null, null, null];
  }

  /** Targets of these examples alone, as the data set stores them. */
  async #targetsOf(indices: Int32Array): Promise<ConstantTensor> {
    const { dataset } = this.problem;
    if (streamsTargets(dataset)) return dataset.stream!.read(indices.slice(), false);
    return { ...dataset.targets, dims: [indices.length, ...dataset.targets.dims.slice(1)], data: takeRowsOf(dataset.targets, indices) };
  }

  async #feeds(indices: Int32Array, weights: Readonly<Carried>, targets: boolean): Promise<Record<string, ConstantTensor>> {
    const { dataset } = this.problem;
    const { stream } = dataset;
    // a processor reads the data set where it is; to a device only the rows are copied
    const whole = stream === undefined && this.session.provider === "cpu";
    const rows = (tensor: ConstantTensor): ConstantTensor => ({ ...tensor, dims: [indices.length, ...tensor.dims.slice(1)], data: takeRowsOf(tensor, indices) });
    const feeds: Record<string, ConstantTensor> = {
      indices: { type: "int64", dims: [indices.length], data: BigInt64Array.from(indices, whole ? BigInt : (_, i) => BigInt(i)) },
      inputs: whole ? dataset.inputs : stream === undefined ? rows(dataset.inputs) : await stream.read(indices.slice(), false),
    };
    if (targets) feeds.targets = whole ? dataset.targets : streamsTargets(dataset) ? feeds.inputs : await this.#targetsOf(indices);
    for (const { fullName } of this.problem.tensors) feeds[fullName] = weights[fullName];
    return feeds;
  }
}

/** The inputs that a streamed autoencoder's outputs are compared with: held beside them, or compared block by block. */
class StreamedTargets {
  private readonly targets: Float32Array;
  private errors: RunningErrors | null = null;

  /** `held`: values to hold; 0 compares them as they come. */
  constructor(private readonly problem: TrainingProblem, held: number) {
    this.targets = new Float32Array(held);
  }

  add(stored: ConstantTensor, outputs: Float32Array, counts: Float32Array | undefined, start: number): void {
    const { inputDivisor } = this.problem.dataset;
    const targets = Float32Array.from(stored.data as Float32Array, (value) => value / inputDivisor);
    if (this.targets.length > 0) return this.targets.set(targets, start * (targets.length / stored.dims[0]));
    const width = counts === undefined ? this.problem.lossProblem.outputWidth : targets.length / counts.length;
    const isCounted = (_: number, i: number): boolean => counts === undefined || counts[Math.floor(i / width)] === 1;
    this.errors ??= new RunningErrors(width);
    this.errors.add(targets.filter(isCounted), numbersOf(this.problem, outputs).filter(isCounted));
  }

  done(): Pick<Pass, "streamedTargets" | "errors"> {
    return this.targets.length > 0 ? { streamedTargets: this.targets } : this.errors === null ? {} : { errors: this.errors };
  }
}

/** The loss of given outputs. */
function lossModel(problem: TrainingProblem, masked: boolean): GraphBuilder {
  const { dataset, lossProblem } = problem;
  const graph = newGraph(null, problem.opset);
  const outputs = graph.input("outputs", "float32", ["rows", lossProblem.outputWidth]);
  const targets = scaleTargets(graph.input("targets", dataset.targets.type, ["batch", ...dataset.targets.dims.slice(1)]), dataset);
  const { sum, weight } = batchLoss(problem, outputs, targets, masked ? graph.input("steps", "float32", ["batch", lossProblem.steps]) : null);
  graph.output(sum, "loss_sum");
  if (weight !== null) graph.output(weight, "loss_weight");
  return graph;
}

/** The forward pass over gathered examples, its weights as inputs. */
function gatheredForward(problem: TrainingProblem, batch: number | "batch" = "batch"): { readonly indices: Tensor; readonly inputs: Tensor; readonly parameters: ReadonlyMap<string, Tensor> } & Forward {
  const { dataset } = problem;
  const graph = newGraph(null, problem.opset);
  const indices = graph.input("indices", "int64", [batch]);
  const stored = graph.input("inputs", dataset.inputs.type, ["examples", ...dataset.inputs.dims.slice(1)]);
  const parameters = new Map(problem.tensors.map((t) => [t.fullName, graph.input(t.fullName, "float32", t.shape)]));
  const inputs = scaleInputs(graph.op("Gather", [stored, indices], { axis: 0 }), dataset.inputDivisor);
  return { indices, inputs, parameters, ...buildInference(problem, inputs, (name) => parameters.get(name)!) };
}

/** The model in inference mode. */
export function buildInference(problem: TrainingProblem, inputs: Tensor, parameter: (fullName: string) => Tensor): Forward {
  const never = (): never => {
    throw new Error("inference neither drops nor moves anything");
  };
  return buildForward({ outline: problem.outline, inputs, imported: importedPart(problem), mode: "inference", still: new Set(), parameter, updateStatistic: never, dropoutMask: never, normalNoise: never, uniform: never });
}

function evaluationModel(problem: TrainingProblem): GraphBuilder {
  const { dataset, lossProblem } = problem;
  const { indices, layers, steps } = gatheredForward(problem);
  const graph = indices.builder;
  const targets = scaleTargets(graph.op("Gather", [graph.input("targets", dataset.targets.type, ["examples", ...dataset.targets.dims.slice(1)]), indices], { axis: 0 }), dataset);
  const outputs = outputRows(layers.get(problem.outline.at(-1)!.name)!, lossProblem);
  const rows = targetRows(targets, lossProblem);
  const { sum, weight } = batchLoss(problem, outputs, targets, steps);
  const counts = countsOf(problem, targets, steps);
  if (counts !== null) graph.output(counts, "counts");
  if (lossProblem.task === "language_model") scoreTokens(problem, outputs, rows);
  else graph.output(outputs, "outputs");
  graph.output(sum, "loss_sum");
  if (weight !== null) graph.output(weight, "loss_weight");
  return graph;
}

/** Outputs `hit`, `larger` and, where the outputs are probabilities, `log_probability`: one value a token. */
function scoreTokens(problem: TrainingProblem, outputs: Tensor, targets: Tensor): void {
  const graph = outputs.builder;
  const column = graph.op("Unsqueeze", [targets, graph.ints([-1])]);
  const ofTarget = (values: Tensor): Tensor => graph.op("GatherElements", [values, column], { axis: 1 });
  const asFloat = (x: Tensor): Tensor => graph.op("Cast", [x], { to: 1 });
  graph.output(asFloat(graph.op("Equal", [graph.op("ArgMax", [outputs], { axis: 1, keepdims: 0 }), targets])), "hit");
  graph.output(graph.op("ReduceSum", [asFloat(graph.op("Greater", [outputs, ofTarget(outputs)])), graph.ints([1])], { keepdims: 0 }), "larger");
  const logarithms = logProbabilityForm(problem)?.(outputs);
  if (logarithms !== undefined) graph.output(graph.op("Squeeze", [ofTarget(logarithms), graph.ints([1])]), "log_probability");
}

/** How outputs become logarithms of probabilities; null where they are none. */
function logProbabilityForm(problem: TrainingProblem): ((outputs: Tensor) => Tensor) | null {
  switch (outputReading(problem)) {
    case "softmax": return (outputs) => outputs.builder.op("LogSoftmax", [outputs], { axis: -1 });
    case "log_probabilities": return (outputs) => outputs;
    case "probabilities": return (outputs) => logOfProbabilities(outputs, problem.lossProblem.endsWithSoftmax);
    default: return null;
  }
}

/** Outputs of each example's last step, [n, width]. */
function lastStepModel(problem: TrainingProblem): GraphBuilder {
  const { inputs, layers } = gatheredForward(problem);
  const graph = inputs.builder;
  const output = layers.get(problem.outline.at(-1)!.name)!;
  graph.output(graph.op("Squeeze", [graph.op("Slice", [output, graph.ints([problem.lossProblem.steps - 1]), graph.ints([problem.lossProblem.steps]), graph.ints([1])]), graph.ints([1])]), "outputs");
  return graph;
}

/** Every watched layer's output and the gradient of every learned tensor, for a number of examples that is fixed: gradients need shapes. */
function anatomyModel(problem: TrainingProblem, batch: number): GraphBuilder {
  const { dataset, lossProblem } = problem;
  const { indices, layers, steps, parameters } = gatheredForward(problem, batch);
  const graph = indices.builder;
  const targets = scaleTargets(graph.op("Gather", [graph.input("targets", dataset.targets.type, ["examples", ...dataset.targets.dims.slice(1)]), indices], { axis: 0 }), dataset);
  const { sum, weight } = batchLoss(problem, outputRows(layers.get(problem.outline.at(-1)!.name)!, lossProblem), targets, steps);
  const loss = graph.op("Div", [sum, weight ?? graph.scalar(batch * lossProblem.steps)]);
  const learned = movedTensors(problem.tensors, problem.grouping);
  gradients(loss, learned.map(({ fullName }) => parameters.get(fullName)!)).forEach((gradient, i) => graph.output(gradient, `${gradientPrefix}${learned[i].fullName}`));
  for (const layer of problem.outline) {
    const output = layers.get(layer.name);
    if (output && isWatched(layer)) graph.output(output, `${activationPrefix}${layer.name}`);
  }
  return graph;
}

function activationModel(problem: TrainingProblem, layer: string): GraphBuilder {
  const { inputs, layers } = gatheredForward(problem);
  const tensor = layer === "inputs" ? inputs : layers.get(layer);
  if (tensor === undefined) throw new Error(`no layer named ${layer}`);
  inputs.builder.output(tensor, "activations");
  return inputs.builder;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
