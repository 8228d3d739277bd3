/** The job `project`: points of a run, of a training file's data, or of a file, laid out in the plane. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DescentError } from "../../common/errors.js";
import { loadDataset } from "../../files/loadDataset.js";
import { readPoints } from "../../files/readPoints.js";
import { predictsClasses } from "../../engine/data/task.js";
import { withExamplesInMemory } from "../../engine/data/stream/exampleStream.js";
import { showTarget } from "../../engine/data/showExample.js";
import type { Projection, Split } from "../../protocol/evaluation.js";
import type { IpcMessage, Job } from "../../protocol/runtime.js";
import { runFiles } from "../../runs/runFolder.js";
import type { Report } from "../report.js";
import { evenly, lastHiddenLayer, layerPoints, placesOf } from "../training/layerPoints.js";
import { loadOptions, parseSource } from "../training/prepare.js";
import { ProjectionClient } from "../workers/projectionClient.js";
import { loadRun } from "./loadRun.js";
import { layoutFile } from "./layoutFile.js";
import { writeOutput } from "./writeOutput.js";

type ProjectJob = Extract<Job, { job: "project" }>;

/** Examples in a picture, where nobody says. */
const pictureExamples = 2000;
/** Bytes of one number in a message, about, and how many of them a second a picture that forms may take. */
const pictureRate = 200_000;

/** Points, a name for each, and, of a run, all that is known of them. */
interface Source {
  readonly data: Float32Array;
  readonly rows: number;
  readonly width: number;
  readonly labels: readonly string[] | null;
  /** Positions in the data, from 0. */
  readonly examples: readonly number[];
  readonly about: Omit<Projection, "x" | "y" | "method"> | null;
}

/** Lays out; see the protocol. Throws what reading throws, `split-empty`, `unknown-layer`, `projection-not-finite`. */
export async function project(job: ProjectJob, report: Report): Promise<Extract<IpcMessage, { ipc: "done" }>["value"]> {
  const source = await sourceOf(job, report);
  const client = new ProjectionClient(__dirname);
  try {
    const threads = job.threads ?? Math.min(8, os.availableParallelism());
    const { about } = source;
    const picture = (layout: Float32Array): Projection | null => about && { ...about, method: job.method, ...placesOf(layout) };
    let shown = 0;
    const onLayout = (layout: Float32Array) => {
      // as often as a slow connection carries it: about 40 bytes a point
      const pause = Math.max(150, (source.rows * 40 * 1000) / pictureRate);
      const now = performance.now();
      const one = now - shown >= pause ? picture(layout) : null;
      if (!one) return;
      shown = now;
      report.projection(one);
    };
    const layout = await client.project(source.data, source.rows, source.width, { method: job.method, seed: job.seed, threads, every: 25, ...(job.picture ? { onLayout } : {}) }).done;
    if (!layout) throw new DescentError("cancelled", "Cancelled.");
    if (job.picture) return picture(layout);
    const points = { layout, examples: source.examples, labels: source.labels };
    const csv = layoutFile("csv", points).content as string;
    if (job.output === null) return { points: source.rows, output: null, csv };
    write(job.output, points);
    return { points: source.rows, output: job.output };
  } finally {
    await client.dispose();
  }
}

/** By the name of the output: .npy, .csv, or else a projector's folder. */
function write(output: string, points: Parameters<typeof layoutFile>[1]): void {
  const extension = path.extname(output).toLowerCase();
  if (extension === ".npy" || extension === ".csv") return writeOutput(output, layoutFile(extension === ".npy" ? "npy" : "csv", points).content);
  if (extension !== "") throw new DescentError("output-format", `${path.basename(output)}: a layout is written as .csv, as .npy, or as a TensorBoard projector folder (a name without an ending).`, { file: output });
  try {
    fs.mkdirSync(output, { recursive: true });
  } catch (thrown) {
    throw new DescentError("output-unwritable", `${output} cannot be made: ${(thrown as Error).message}`, { file: output }, { cause: thrown });
  }
  for (const kind of ["tsv", "metadata", "config"] as const) {
    const { name, content } = layoutFile(kind, points);
    if (content !== "") writeOutput(path.join(output, name), content);
  }
}

async function sourceOf(job: ProjectJob, report: Report): Promise<Source> {
  const { source } = job;
  if (fs.existsSync(path.join(source, runFiles.manifest))) return ofRun(job, report);
  if (/\.train\.(ya?ml|json)$/i.test(source)) return ofTrainingFile(job, report);
  if (job.of !== null && job.of !== "inputs") throw new DescentError("unknown-layer", `${path.basename(source)} is no run: it has points alone, and no layer ${job.of}.`, { file: source });
  const { data, rows, width, labels } = await readPoints(source);
  const chosen = evenly(Int32Array.from({ length: rows }, (_, i) => i), job.examples ?? rows);
  if (chosen.length === rows) return { data, rows, width, labels, examples: [...chosen], about: null };
  const some = new Float32Array(chosen.length * width);
  chosen.forEach((row, i) => some.set(data.subarray(row * width, (row + 1) * width), i * width));
  return { data: some, rows: chosen.length, width, labels: labels && Array.from(chosen, (row) => labels[row]), examples: [...chosen], about: null };
}

async function ofRun(job: ProjectJob, report: Report): Promise<Source> {
  const run = await loadRun(job.source, report);
  const { trainer, dataset } = run;
  const examples = chosenOf(dataset.splits, job, run.folder);
  const { data, width, about } = await layerPoints(run, job.of === null || job.of === "auto" ? lastHiddenLayer(trainer) : job.of, examples);
  const shown = dataset.stream === undefined ? dataset : null;
  return { data, rows: examples.length, width, about, examples: about.examples, labels: predictsClasses(dataset.task) ? about.labels.map((k) => dataset.classes?.[k] ?? String(k)) : shown && Array.from(examples, (example) => showTarget(shown, example)) };
}

/** The inputs as the model would have them. */
async function ofTrainingFile(job: ProjectJob, report: Report): Promise<Source> {
  if (job.of !== null && job.of !== "inputs" && job.of !== "auto") throw new DescentError("unknown-layer", `A training file has inputs and no trained layers: train it, and name the run's folder to lay out what ${job.of} makes of them.`, { file: job.source });
  const source = { file: job.source, text: await fs.promises.readFile(job.source, "utf8"), overrides: {} };
  const { config } = parseSource(source);
  const dataset = await loadDataset(config, loadOptions(source, null, report));
  const examples = chosenOf(dataset.splits, job, job.source);
  const held = dataset.stream === undefined ? dataset : await withExamplesInMemory(dataset, examples);
  const width = held.inputs.data.length / held.inputs.dims[0];
  const at = (i: number) => (dataset.stream === undefined ? examples[i] : i);
  const data = new Float32Array(examples.length * width);
  for (let i = 0; i < examples.length; i++) for (let c = 0; c < width; c++) data[i * width + c] = Number(held.inputs.data[at(i) * width + c]) / dataset.inputDivisor;
  return { data, rows: examples.length, width, about: null, examples: [...examples], labels: dataset.task === "autoencoder" ? null : Array.from(examples, (_, i) => showTarget(dataset, examples[i])) };
}

/** The examples of the split that was named, or of validation, or of training where there are none. */
function chosenOf(splits: Readonly<Record<Split, Int32Array>>, job: ProjectJob, file: string): Int32Array {
  const split = job.split ?? (splits.validation.length > 2 ? "validation" : "train");
  if (splits[split].length === 0) throw new DescentError("split-empty", `There is no ${split} data to lay out.`, { file });
  return evenly(splits[split], job.examples ?? (job.picture ? pictureExamples : splits[split].length));
}
