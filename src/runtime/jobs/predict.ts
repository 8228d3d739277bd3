import path from "node:path";
import { DescentError } from "../../common/errors.js";
import type { ConstantTensor, TensorData } from "../../engine/graph/types.js";
import type { Session } from "../../engine/training/backend.js";
import { combineOutputs } from "../../engine/ensemble/combineOutputs.js";
import { inScaleOf } from "../../engine/ensemble/evaluateEnsemble.js";
import { confidenceOf, numbersOf, outputReading, predictedClass, probabilityOf } from "../../engine/training/decide.js";
import { describeProblem, type TrainingProblem } from "../../engine/training/problem.js";
import { loadMore } from "../../files/loadMore.js";
import type { Job } from "../../protocol/runtime.js";
import { readDataDescription, type DataDescription } from "../../runs/dataFile.js";
import { isGroupFolder } from "../../runs/groupFile.js";
import { createOnnxRuntimeBackend } from "../backend/onnxRuntimeBackend.js";
import type { Report } from "../report.js";
import { disposeMembers, loadMembers } from "./ensemble/loadMembers.js";
import { loadRun, type LoadedRun } from "./loadRun.js";
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
  const predicted = isGroupFolder(job.run) ? await predictByEnsemble(job.run, job.data, report) : await predictByRun(job.run, job.data, report);
  const { description, problem, outputs, width, rows } = predicted;
  const csv = predictionsCsv(problem, outputs, width, rows, description);
  if (job.output !== null) writeOutput(job.output, csv);
  return { run: job.run, output: job.output, examples: rows.length, ...(job.output === null ? { csv } : {}) };
}

interface Predicted {
  readonly description: DataDescription;
  readonly problem: TrainingProblem;
  readonly outputs: Float32Array;
  /** Values an example. */
  readonly width: number;
  /** Position of each example in the data. */
  readonly rows: Int32Array;
}

async function predictByRun(run: string, data: string, report: Report): Promise<Predicted> {
  const description = await descriptionOf(run);
  const loaded = await loadRun(run, report);
  return predictWith(loaded, "best", description, data);
}

/** Each member reads and scales the data as it learnt to. */
async function predictByEnsemble(folder: string, data: string, report: Report): Promise<Predicted> {
  const ensemble = await loadMembers(folder, report);
  try {
    const members: Predicted[] = [];
    for (const { run } of ensemble.members) members.push(await predictWith(run, ensemble.weights, await descriptionOf(run.folder), data));
    const [{ problem, ...first }] = members;
    const outputs = members.map((member) => inScaleOf(problem, { problem: member.problem, outputs: member.outputs }));
    return { problem, ...first, outputs: combineOutputs(outputReading(problem), outputs, problem.lossProblem.outputWidth) };
  } finally {
    await disposeMembers(ensemble);
  }
}

async function descriptionOf(run: string): Promise<DataDescription> {
  const description = await readDataDescription(run);
  if (description.task === "language_model") throw new DescentError("predict-text", "A language model predicts what follows a text: use descent sample. How well it does so on other text, validation and test files in the training file say.", { file: run });
  return description;
}

async function predictWith(run: LoadedRun, weights: "current" | "best", description: DataDescription, data: string): Promise<Predicted> {
  const { inputs, inputDivisor, rows } = await loadMore(description.reading, description.scaling, [path.basename(data)], path.dirname(data));
  const model = run.trainer.exportModel({ weights, softmax: false, scaling: false });
  const session = await createOnnxRuntimeBackend().createSession(model, { provider: "cpu", threads: run.tuning.threads });
  try {
    return { description, problem: describeProblem(run.config, run.dataset), rows, ...(await runBatches(session, inputs, inputDivisor)) };
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
