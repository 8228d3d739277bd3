/** A trained model as a plain ONNX file: no gradient, no blocked layout, any batch size. */
import type { Tensor } from "../graph/builder.js";
import type { FittedScaling } from "../data/types.js";
import type { OutputReading } from "../losses/defineLoss.js";
import { encodeModel, irVersionOf } from "../onnx/encode.js";
import { newGraph } from "../ops/inference.js";
import type { Carried } from "./chunkRunner.js";
import { outputReading } from "./decide.js";
import { buildInference } from "./inference.js";
import { textMetadata } from "./sampleText.js";
import type { TrainingProblem } from "./problem.js";

export interface ExportOptions {
  /** Probabilities out, where the model gives logits. */
  readonly softmax: boolean;
  /** Raw inputs in, and targets in their own unit out. */
  readonly scaling: boolean;
}

/** Input `input` [batch, ...example], output `output` or, as probabilities, `probabilities`. Class names are metadata. */
export function exportModel(problem: TrainingProblem, weights: Readonly<Carried>, options: ExportOptions): Uint8Array {
  const { dataset, outline, tensors } = problem;
  const graph = newGraph(null, problem.opset);
  const raw = graph.input("input", "float32", ["batch", ...dataset.inputs.dims.slice(1)]);
  const inputs = options.scaling ? scaled(raw, dataset.scaling) : raw;
  const parameters = new Map(tensors.map((t) => [t.fullName, graph.initializer(t.fullName, weights[t.fullName])]));
  const outputs = buildInference(problem, inputs, (name) => parameters.get(name)!).layers.get(outline.at(-1)!.name)!;
  const reading = outputReading(problem);
  const isNumbers = dataset.task === "regression" || dataset.task === "autoencoder";
  const probabilities = options.softmax && dataset.task !== "regression" ? asProbabilities(outputs, reading) : null;
  if (probabilities !== null && !isNumbers) graph.output(probabilities, "probabilities");
  else graph.output(options.scaling ? unscaled(probabilities ?? outputs, dataset.targetScaling) : (probabilities ?? outputs), "output");
  const metadata = new Map([["descent.task", dataset.task], ["descent.scaling", JSON.stringify(dataset.scaling)]]);
  if (dataset.classes !== null) metadata.set("descent.classes", JSON.stringify(dataset.classes));
  if (dataset.columns !== null) metadata.set("descent.columns", JSON.stringify(dataset.columns));
  if (isNumbers) metadata.set("descent.targets", JSON.stringify(dataset.targetColumns));
  if (dataset.reading.text !== undefined) {
    const { tokens, context } = dataset.reading.text;
    metadata.set(textMetadata.text, JSON.stringify({ tokens, context })).set(textMetadata.outputs, probabilities === null ? reading : "probabilities");
  }
  return encodeModel({ graph: graph.build("model"), opsets: new Map([["", graph.opset]]), irVersion: irVersionOf(graph.opset), metadata });
}

/** Outputs as probabilities; null where they are some already, or none. */
export function asProbabilities(outputs: Tensor, reading: OutputReading): Tensor | null {
  const graph = outputs.builder;
  if (reading === "softmax") return graph.op("Softmax", [outputs], { axis: -1 });
  if (reading === "sigmoid") return graph.op("Sigmoid", [outputs]);
  return reading === "log_probabilities" ? graph.op("Exp", [outputs]) : null;
}

/** (x - offset) / divisor, per value of the last axis where there are several. */
function scaled(x: Tensor, { offset, divisor }: FittedScaling): Tensor {
  const graph = x.builder;
  const centred = offset.every((o) => o === 0) ? x : graph.op("Sub", [x, vector(x, offset)]);
  return divisor.every((d) => d === 1) ? centred : graph.op("Div", [centred, vector(x, divisor)]);
}

/** y divisor + offset. */
function unscaled(y: Tensor, { offset, divisor }: FittedScaling): Tensor {
  const graph = y.builder;
  const stretched = divisor.every((d) => d === 1) ? y : graph.op("Mul", [y, vector(y, divisor)]);
  return offset.every((o) => o === 0) ? stretched : graph.op("Add", [stretched, vector(y, offset)]);
}

function vector(x: Tensor, values: readonly number[]): Tensor {
  return x.builder.constant({ type: "float32", dims: values.length === 1 ? [] : [values.length], data: Float32Array.from(values) });
}
