/** A run's model and the weights that its folder keeps, for looking at; nothing is trained, nothing tuned. Of a live run too, beside its own process. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DescentError, toDescentError } from "../../common/errors.js";
import type { Dataset } from "../../engine/data/types.js";
import { averageName } from "../../engine/training/averaging.js";
import type { SessionOptions } from "../../engine/training/backend.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { initialValues } from "../../engine/training/parameters.js";
import { describeProblem, type TrainingProblem } from "../../engine/training/problem.js";
import { decodeState } from "../../engine/training/stateFile.js";
import type { TrainingState } from "../../engine/training/types.js";
import { loadDataset } from "../../files/loadDataset.js";
import type { Manifest } from "../../protocol/manifest.js";
import { listStates, readState } from "../../runs/checkpoints.js";
import { readManifest } from "../../runs/manifestFile.js";
import { listTrail } from "../../runs/weightTrail.js";
import { resolveDevice } from "../backend/devices.js";
import type { Report } from "../report.js";
import { loadOptions, locateIn, parseSource, readModelFiles } from "../training/prepare.js";

/** Threads, beyond which a small model only waits. */
const mostThreads = 8;

/** The model's tensors by full name. */
type Weights = Readonly<Record<string, { readonly type: "float32"; readonly dims: readonly number[]; readonly data: Float32Array }>>;

/** Weights after so many steps, as the run evaluates them: their average where it keeps one. */
export interface WeightsOfStep {
  readonly step: number;
  readonly weights: Weights;
}

export interface RunWeights {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly problem: TrainingProblem;
  readonly session: SessionOptions;
  /** The steps whose weights are known now, rising; the first is 0 where the run began with drawn weights. */
  steps(): readonly number[];
  /** The weights after a step. Throws `weights-gone` where they are not kept (any more). */
  at(step: number): Promise<WeightsOfStep>;
}

/**
 * Reads a run's file and data, and builds its model. `live`: the run trains at this time, so that half of the processor is left to it, and its
 * device altogether. Throws `run-missing`, `run-unreadable`, and what reading the data throws, located in the training file.
 */
export async function openRunWeights(folder: string, live: boolean, report: Report): Promise<RunWeights> {
  const manifest = await readManifest(folder);
  const source = { file: manifest.file, text: await storedText(folder, manifest), overrides: manifest.overrides };
  const { parsed, config: written } = parseSource(source);
  try {
    const config = withoutPretraining(await readModelFiles(written, source, { runFolder: folder, hasState: true }));
    report.progress("reading the data", null);
    const dataset = await loadDataset(config, loadOptions(source, null, report));
    const problem = describeProblem(config, dataset);
    return {
      folder, manifest, config, dataset, problem,
      session: await sessionOf(config, live),
      steps: () => [...new Set([...(beginsDrawn(written) ? [0] : []), ...statesOf(folder).map(({ step }) => step)])].sort((a, b) => a - b),
      at: (step) => weightsOf({ folder, problem, drawn: beginsDrawn(written) }, step),
    };
  } catch (thrown) {
    throw locateIn(parsed, thrown);
  }
}

/** Where the weights of steps are kept. */
function statesOf(folder: string) {
  return [...listStates(folder), ...listTrail(folder)];
}

/** Whether the weights of step 0 follow from the file alone. */
function beginsDrawn({ initFrom, training }: TrainingConfig): boolean {
  return initFrom === null && training.pretrain === null;
}

/** The whole model, which pretraining's stages are parts of. */
function withoutPretraining(config: TrainingConfig): TrainingConfig {
  return { ...config, training: { ...config.training, pretrain: null } };
}

async function weightsOf({ folder, problem, drawn }: { readonly folder: string; readonly problem: TrainingProblem; readonly drawn: boolean }, step: number): Promise<WeightsOfStep> {
  for (const stored of statesOf(folder).filter((state) => state.step === step)) {
    const state = await readState(folder, stored, decodeState);
    if (state !== null) return { step, weights: ofState(problem, state) };
  }
  if (step === 0 && drawn) return { step, weights: asCarried(initialValues(problem.tensors, problem.config.seed, problem.initial)) };
  throw new DescentError("weights-gone", `The weights of step ${step} are not kept any more. A run keeps its last training.checkpoint.keep checkpoints.`, { file: folder });
}

/** Throws `weights-of-stage` for the state of a stage of pretraining, which has other layers. */
function ofState(problem: TrainingProblem, { tensors, step }: TrainingState): Weights {
  return Object.fromEntries(problem.tensors.map(({ fullName, shape }) => {
    const { dims, data } = tensors[averageName(fullName)] ?? tensors[fullName] ?? { dims: [], data: new Float32Array() };
    if (dims.join() !== shape.join()) throw new DescentError("weights-of-stage", `The weights of step ${step} are not of the whole model: it is still pretrained layer by layer.`);
    return [fullName, { type: "float32" as const, dims, data }];
  }));
}

function asCarried(values: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>>): Weights {
  return Object.fromEntries(Object.entries(values).map(([name, { dims, data }]) => [name, { type: "float32" as const, dims, data }]));
}

/** The run's device where it has ended and this machine has it; else the processor. */
async function sessionOf(config: TrainingConfig, live: boolean): Promise<SessionOptions> {
  const cores = Math.min(mostThreads, os.availableParallelism());
  if (live) return { provider: "cpu", threads: Math.max(1, Math.floor(cores / 2)), spinning: false };
  try {
    return { provider: (await resolveDevice(config.device)).provider, threads: cores, spinning: false };
  } catch (thrown) {
    if (toDescentError(thrown).code === "internal-error") throw thrown;
    return { provider: "cpu", threads: cores, spinning: false };
  }
}

async function storedText(folder: string, manifest: Manifest): Promise<string> {
  const file = path.join(folder, manifest.storedFile);
  try {
    return await fs.promises.readFile(file, "utf8");
  } catch (thrown) {
    throw new DescentError("run-unreadable", `The run's training file ${file} cannot be read.`, { file }, { cause: thrown });
  }
}
