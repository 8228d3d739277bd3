/** What a model with some weights says: predictions, evaluations and activations, while it trains and after. */
import { DescentError } from "../../common/errors.js";
import { predictsClasses } from "../data/task.js";
import type { Carried } from "./chunkRunner.js";
import { confidenceOf, numbersOf, predictedClass } from "./decide.js";
import type { Anatomy, Inference, Pass } from "./inference.js";
import { measure, type Measured } from "./measure.js";
import type { TrainingProblem } from "./problem.js";
import type { Predictions } from "./types.js";

export class ModelUse {
  constructor(
    private readonly problem: TrainingProblem,
    private readonly inference: Inference,
  ) {}

  /** Forward pass in inference mode; of a text, what follows it. */
  async predict(indices: Int32Array, weights: Readonly<Carried>): Promise<Predictions> {
    const { outputWidth, steps, task } = this.problem.lossProblem;
    const isText = task === "language_model";
    const given = isText ? await this.inference.runLast(indices, weights) : (await this.inference.run(indices, weights)).outputs;
    const outputs = task === "autoencoder" ? numbersOf(this.problem, given) : given;
    const rows = isText ? indices.length : indices.length * steps;
    const predicted = Int32Array.from({ length: rows }, (_, i) => (predictsClasses(task) ? predictedClass(this.problem, outputs, i * outputWidth) : -1));
    const confidence = Float32Array.from(predicted, (k, i) => confidenceOf(this.problem, outputs, i * outputWidth, k));
    return { indices, outputs, width: outputWidth, steps: isText ? 1 : steps, predicted, confidence };
  }

  /** Outputs as the loss reads them, and the loss. */
  pass(indices: Int32Array, weights: Readonly<Carried>): Promise<Pass> {
    return this.inference.run(indices, weights);
  }

  /** Loss and metrics of these examples. */
  async measure(indices: Int32Array, weights: Readonly<Carried>): Promise<Measured> {
    return measure(this.problem, indices, await this.inference.run(indices, weights, "figures"));
  }

  /** What flows through the layers for these examples. */
  anatomy(indices: Int32Array, weights: Readonly<Carried>): Promise<Anatomy> {
    return this.inference.anatomy(indices, weights);
  }

  /** Throws `unknown-layer` where the model has no layer of this name and it is not `inputs`. */
  requireLayer(layer: string): void {
    if (layer !== "inputs" && !this.problem.outline.some(({ name }) => name === layer)) {
      throw new DescentError("unknown-layer", `There is no layer named ${layer}; there are inputs, ${this.problem.outline.map(({ name }) => name).join(", ")}.`);
    }
  }

  /** What a layer (by name, or `inputs`) gives for these examples, flattened to [n, width]. Throws `unknown-layer`. */
  activations(layer: string, indices: Int32Array, weights: Readonly<Carried>): Promise<{ readonly data: Float32Array; readonly width: number }> {
    this.requireLayer(layer);
    return this.inference.activations(layer, indices, weights);
  }
}
