/** The Hessian of a run's loss by everything that its optimizer moves, as products with vectors. */
import { hessianVectorProduct } from "../../differentiation/hessianVectorProduct.js";
import { takeRowsOf } from "../../data/stream/exampleStream.js";
import type { GraphBuilder } from "../../graph/builder.js";
import type { ConstantTensor } from "../../graph/types.js";
import { forWebGpu } from "../../lowering/forWebGpu.js";
import { encodeModel, irVersionOf } from "../../onnx/encode.js";
import { newGraph } from "../../ops/inference.js";
import type { Backend, Session, SessionOptions } from "../backend.js";
import { batchLoss } from "../batchLoss.js";
import type { Carried } from "../chunkRunner.js";
import { buildForward, outputRows, scaleInputs, scaleTargets } from "../forward.js";
import { importedPart, movedTensors, type TrainingProblem } from "../problem.js";
import { penalty } from "../regularization.js";

/** Values of all layers' outputs that a product may hold at once, some six times over: 400 MB. */
const valuesAtOnce = 2 ** 24;

/**
 * H of the mean loss over some examples, penalties included, at given weights, for vectors of all moved tensors' elements one after another. Dropout and noise are
 * off; batch normalisation works on batches as it does in training, of the file's size. One session, made by `open`.
 */
export class Hessian {
  private constructor(
    /** Elements of a vector. */
    readonly size: number,
    /** Examples that count. */
    readonly examples: number,
    private readonly problem: TrainingProblem,
    private readonly session: Session,
    private readonly blocks: readonly Readonly<Record<string, ConstantTensor>>[],
    private readonly weights: Readonly<Carried>,
  ) {}

  /** At most `examples` of the training split, evenly chosen. Throws what building the model throws, and for an operator without a second gradient `no-gradient`. */
  static async open(problem: TrainingProblem, weights: Readonly<Carried>, examples: number, backend: Backend, session: SessionOptions): Promise<Hessian> {
    const { train } = problem.dataset.splits;
    const { size: block, count } = blocksOf(problem, Math.min(examples, train.length));
    const chosen = evenly(train, block * count);
    const blocks = [];
    for (let i = 0; i < count; i++) blocks.push(await feedsOf(problem, chosen.slice(i * block, (i + 1) * block)));
    const moved = movedTensors(problem.tensors, problem.grouping);
    return new Hessian(moved.reduce((sum, { shape }) => sum + sizeOf(shape), 0), block * count, problem, await backend.createSession(encoded(productModel(problem, block), session), session), blocks, weights);
  }

  /** H v. `isEnough` is asked between blocks; where it says so, NaN come back. */
  async product(v: Float32Array, isEnough: () => boolean = () => false): Promise<Float32Array> {
    const { problem: { tensors, grouping } } = this;
    const moved = movedTensors(tensors, grouping);
    const feeds: Record<string, ConstantTensor> = Object.fromEntries(tensors.map(({ fullName }) => [fullName, this.weights[fullName]]));
    let at = 0;
    for (const { fullName, shape } of moved) {
      feeds[`direction/${fullName}`] = { type: "float32", dims: shape, data: v.subarray(at, at + sizeOf(shape)) };
      at += sizeOf(shape);
    }
    const sum = new Float64Array(this.size);
    let weight = 0;
    for (const block of this.blocks) {
      if (isEnough()) return new Float32Array(this.size).fill(Number.NaN);
      const results = await this.session.run({ ...feeds, ...block });
      weight += (results.weight.data as Float32Array)[0];
      let place = 0;
      for (const { fullName } of moved) {
        const part = results[`product/${fullName}`].data as Float32Array;
        for (let i = 0; i < part.length; i++) sum[place + i] += part[i];
        place += part.length;
      }
    }
    return Float32Array.from(sum, (value) => (weight === 0 ? 0 : value / weight));
  }

  dispose(): Promise<void> {
    return this.session.release();
  }
}

/** Blocks of equal size that memory holds. */
function blocksOf(problem: TrainingProblem, examples: number): { readonly size: number; readonly count: number } {
  const values = problem.outline.reduce((sum, { outputShape }) => sum + sizeOf(outputShape), sizeOf(problem.dataset.inputs.dims.slice(1)));
  const { batchSize } = problem.config.training;
  const ofBatch = normalisesBatches(problem) && typeof batchSize === "number" ? batchSize : Infinity;
  const count = Math.ceil(examples / Math.max(1, Math.min(1024, ofBatch, Math.floor(valuesAtOnce / (6 * values)))));
  return { size: Math.floor(examples / count), count };
}

function normalisesBatches({ outline, still }: TrainingProblem): boolean {
  return outline.some(({ kind, name }) => kind === "batch_norm" && !still.has(name));
}

async function feedsOf({ dataset }: TrainingProblem, indices: Int32Array): Promise<Record<string, ConstantTensor>> {
  const rows = (tensor: ConstantTensor): ConstantTensor => ({ ...tensor, dims: [indices.length, ...tensor.dims.slice(1)], data: takeRowsOf(tensor, indices) });
  return { inputs: dataset.stream === undefined ? rows(dataset.inputs) : await dataset.stream.read(indices, false), targets: rows(dataset.targets) };
}

/** Outputs `product/<tensor>`, of the sum of the losses over a block and its share of the penalties, and `weight`, what such sums are divided by. */
function productModel(problem: TrainingProblem, batch: number): GraphBuilder {
  const { dataset, lossProblem, outline } = problem;
  const graph = newGraph(null, problem.opset);
  const stored = graph.input("inputs", dataset.inputs.type, [batch, ...dataset.inputs.dims.slice(1)]);
  const targets = graph.input("targets", dataset.targets.type, [batch, ...dataset.targets.dims.slice(1)]);
  const parameters = new Map(problem.tensors.map((t) => [t.fullName, graph.input(t.fullName, "float32", t.shape)]));
  const never = (): never => {
    throw new Error("layers that draw are held still");
  };
  const { layers, steps } = buildForward({
    outline, inputs: scaleInputs(stored, dataset.inputDivisor), imported: importedPart(problem), mode: "training",
    still: new Set([...problem.still, ...outline.filter(({ kind }) => kind !== "batch_norm").map(({ name }) => name)]),
    parameter: (name) => parameters.get(name)!, updateStatistic: () => undefined, dropoutMask: never, normalNoise: never, uniform: never,
  });
  const outputs = outputRows(layers.get(outline.at(-1)!.name)!, lossProblem);
  const { sum, weight } = batchLoss(problem, outputs, scaleTargets(targets, dataset), steps);
  const divisor = weight ?? graph.scalar(outputs.dims[0]);
  const moved = movedTensors(problem.tensors, problem.grouping);
  const restrained = penalty([
    ...moved.map(({ fullName }) => ({ x: parameters.get(fullName)!, l1: problem.restraints.get(fullName)!.l1, l2: problem.restraints.get(fullName)!.l2 })),
    ...problem.activityPenalties.map(({ layer, l1, l2 }) => ({ x: layers.get(layer)!, l1: l1 / batch, l2: l2 / batch })),
  ]);
  const loss = restrained === null ? sum : graph.op("Add", [sum, graph.op("Mul", [restrained, divisor])]);
  const directions = moved.map(({ fullName, shape }) => graph.input(`direction/${fullName}`, "float32", shape));
  hessianVectorProduct(loss, moved.map(({ fullName }) => parameters.get(fullName)!), directions).forEach((product, i) => graph.output(product, `product/${moved[i].fullName}`));
  graph.output(graph.op("Identity", [divisor]), "weight");
  return graph;
}

function encoded(builder: GraphBuilder, { provider }: SessionOptions): Uint8Array {
  const graph = builder.build("hessian");
  return encodeModel({ graph: provider === "webgpu" ? forWebGpu(graph, builder.opset) : graph, opsets: new Map([["", builder.opset]]), irVersion: irVersionOf(builder.opset), metadata: new Map() });
}

/** `count` of the indices, at equal distances. */
function evenly(indices: Int32Array, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => indices[Math.floor((i * indices.length) / count)]);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
