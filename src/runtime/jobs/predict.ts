import path from "node:path";
import { DescentError } from "../../common/errors.js";
import type { ConstantTensor, TensorData } from "../../engine/graph/types.js";
import type { Session } from "../../engine/training/backend.js";
import { confidenceOf, numbersOf, outputReading, predictedClass, probabilityOf } from "../../engine/training/decide.js";
import { describeProblem, type TrainingProblem } from "../../engine/training/problem.js";
import { loadMore } from "../../files/loadMore.js";
import type { Job } from "../../protocol/runtime.js";
import { readDataDescription, type DataDescription } from "../../runs/dataFile.js";
import { createOnnxRuntimeBackend } from "../backend/onnxRuntimeBackend.js";
import type { Report } from "../report.js";
import { loadRun } from "./loadRun.js";
import { writeOutput } from "./writeOutput.js";

/** Examples that go through the model at once. */
const batch = 256;

/**
 * Predicts on further data, read and scaled as the run's own was, with the best weights. A line an example: for a classification
 * `example,predicted,confidence,<class> ...` (with a class for every step a line a step, `example,step,predicted,...`), else `example,<target> ...`;
 * examples and steps count from 0. Throws `predict-text` for a language model, which goes on with a text instead. Gives
 * `{ run, output, examples }`, and the CSV itself where there is no output file.
 */
export async function predict(job: Extract<Job, { job: "predict" }>, report: Report) {
  const description = await readDataDescription(job.run);
  if (description.task === "language_model") throw new DescentError("predict-text", "A language model predicts what follows a text: use descent sample. How well it does so on other text, validation and test files in the training file say.", { file: job.run });
  const { inputs, inputDivisor, rows } = await loadMore(description.reading, description.scaling, [path.basename(job.data)], path.dirname(job.data));
  const run = await loadRun(job.run, report);
  const model = run.trainer.exportModel({ weights: "best", softmax: false, scaling: false });
  const session = await createOnnxRuntimeBackend().createSession(model, { provider: "cpu", threads: run.tuning.threads });
  try {
    const { outputs, width } = await runBatches(session, inputs, inputDivisor);
    const csv = predictionsCsv(describeProblem(run.config, run.dataset), outputs, width, rows, description);
    if (job.output !== null) writeOutput(job.output, csv);
    return { run: run.folder, output: job.output, examples: rows.length, ...(job.output === null ? { csv } : {}) };
  } finally {
    await session.release();
  }
}

/** The model's outputs for every example, row by row. */
async function runBatches(session: Session, inputs: ConstantTensor, divisor: number): Promise<{ outputs: Float32Array; width: number }> {
  const [examples, ...shape] = inputs.dims;
  const size = shape.reduce((product, n) => product * n, 1);
  let outputs = new Float32Array(0);
  let width = 0;
  for (let first = 0; first < examples; first += batch) {
    const count = Math.min(batch, examples - first);
    const data = scaledFloats(inputs.data, first * size, (first + count) * size, divisor);
    const [output] = Object.values(await session.run({ input: { type: "float32", dims: [count, ...shape], data } }));
    const values = output.data as Float32Array;
    width = values.length / count;
    if (first === 0) outputs = new Float32Array(examples * width);
    outputs.set(values, first * width);
  }
  return { outputs, width };
}

function scaledFloats(data: TensorData, from: number, to: number, divisor: number): Float32Array {
  if (data instanceof Float32Array && divisor === 1) return data.subarray(from, to);
  return Float32Array.from({ length: to - from }, (_, i) => Number(data[from + i]) / divisor);
}

function predictionsCsv(problem: TrainingProblem, outputs: Float32Array, valuesPerExample: number, rows: Int32Array, description: DataDescription): string {
  const { task, classes } = description;
  const { steps } = problem.lossProblem;
  const width = valuesPerExample / steps;
  const probabilities = task === "classification" || task === "multi_label";
  const names = probabilities && classes && width === classes.length ? classes : probabilities ? outputNames(width) : targetNames(description, width);
  const place = steps === 1 ? ["example"] : ["example", "step"];
  const header = task === "classification" ? [...place, "predicted", "confidence", ...names] : [...place, ...names];
  const lines = [header.map(csvField).join(",")];
  for (let line = 0; line < rows.length * steps; line++) {
    const offset = line * width;
    const values = probabilities ? readOutputs(problem, outputs, offset, width) : Array.from(numbersOf(problem, outputs.subarray(offset, offset + width)), (value, column) => unscaled(value, column, description));
    const decided = task === "classification" ? decision(problem, outputs, offset, description) : [];
    const place = steps === 1 ? [String(rows[line])] : [String(rows[Math.floor(line / steps)]), String(line % steps)];
    lines.push([...place, ...decided, ...values.map(format)].join(","));
  }
  return lines.join("\n") + "\n";
}

/** The class, decided as evaluations decide it, and its probability. */
function decision(problem: TrainingProblem, outputs: Float32Array, offset: number, { classes }: DataDescription): string[] {
  const predicted = predictedClass(problem, outputs, offset);
  return [csvField(classes?.[predicted] ?? String(predicted)), format(confidenceOf(problem, outputs, offset, predicted))];
}

/** Outputs as probabilities where the loss reads them so (a single one: of the second class), else as they are. */
function readOutputs(problem: TrainingProblem, outputs: Float32Array, offset: number, width: number): number[] {
  const reading = outputReading(problem);
  const isRead = reading === "softmax" || reading === "sigmoid" || reading === "log_probabilities";
  if (!isRead) return Array.from(outputs.subarray(offset, offset + width));
  return Array.from({ length: width }, (_, k) => probabilityOf(problem, outputs, offset, width === 1 ? 1 : k));
}

function unscaled(value: number, column: number, { targetScaling: { divisor, offset } }: DataDescription): number {
  const at = Math.min(column, divisor.length - 1);
  return value * divisor[at] + offset[at];
}

function targetNames({ targetColumns }: DataDescription, width: number): string[] {
  return targetColumns.length === width ? [...targetColumns] : outputNames(width);
}

function outputNames(width: number): string[] {
  return width === 1 ? ["output"] : Array.from({ length: width }, (_, column) => `output_${column}`);
}

/** The shortest text that gives the same float32. */
function format(value: number): string {
  for (let digits = 6; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return String(Number(text));
  }
  return String(value);
}

function csvField(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
