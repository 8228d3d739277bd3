import { DescentError } from "../../common/errors.js";
import { decodeModel } from "../onnx/decode.js";
import { encodeModel } from "../onnx/encode.js";
import { newGraph } from "../ops/inference.js";
import { outputReading } from "../training/decide.js";
import { asProbabilities, type ExportOptions } from "../training/exportModel.js";
import type { TrainingProblem } from "../training/problem.js";
import { combineTensors } from "./combineOutputs.js";
import { mergeModels } from "./mergeModels.js";

/** A member as it is exported: `export` writes its model in the form asked for. */
export interface ExportedMember {
  readonly problem: TrainingProblem;
  readonly export: (options: ExportOptions) => Uint8Array;
}

/**
 * The ensemble as one plain ONNX model: the members side by side on one input, their predictions averaged. Input and output as a single model's
 * (`exportModel`). Throws `ensemble-scaling-differs` where members scale their data differently and the model is to take scaled data, and
 * `ensemble-text` for language models.
 */
export function exportEnsemble(members: readonly ExportedMember[], { softmax, scaling }: ExportOptions): Uint8Array {
  const [{ problem }] = members;
  const { dataset } = problem;
  refuseText(problem);
  const scalingOf = (one: TrainingProblem): string => JSON.stringify([one.dataset.scaling, one.dataset.targetScaling]);
  if (!scaling && members.some((member) => scalingOf(member.problem) !== scalingOf(problem))) {
    throw new DescentError("ensemble-scaling-differs", "The members scale their data differently, each by its own training data: export with --scaling, so that the model takes the data as they are.");
  }
  const models = members.map((member) => decodeModel(member.export({ softmax: false, scaling })));
  const graph = newGraph(null, problem.opset);
  const reading = outputReading(problem);
  const outputs = models.map(({ graph: { outputs: [output] } }, i) => graph.input(`member${i}`, "float32", output.shape ?? ["batch", problem.lossProblem.outputWidth]));
  const combined = combineTensors(reading, outputs);
  const isNumbers = dataset.task === "regression" || dataset.task === "autoencoder";
  const probabilities = softmax && !isNumbers ? asProbabilities(combined, reading) : null;
  graph.output(probabilities ?? combined, probabilities === null ? "output" : "probabilities");
  return encodeModel(mergeModels(models, graph.build("average"), new Map([...models[0].metadata, ["descent.members", String(members.length)]])));
}

/** Throws `ensemble-text` for a language model. */
export function refuseText({ dataset }: Pick<TrainingProblem, "dataset">): void {
  if (dataset.task === "language_model") throw new DescentError("ensemble-text", "Language models are not averaged: evaluate and sample the members' runs.");
}
