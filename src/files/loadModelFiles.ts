/** Reads what a training file's model is made from: an ONNX file of another tool, an earlier run's weights. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import { DescentError, toDescentError } from "../common/errors.js";
import type { Model } from "../engine/graph/types.js";
import { decodeModel, externalFiles } from "../engine/onnx/decode.js";
import type { ModelFiles, TrainingConfig } from "../engine/training/config.js";
import { readUserFile } from "./readFile.js";

export interface LoadModelOptions {
  /** Folder of the training file, to which its paths are relative; absolute. */
  readonly folder: string;
  /** A copy of the imported model that is read instead of the file's own, where there is one. */
  readonly stored?: string | null;
  /** Whether earlier weights are not needed, because a checkpoint has later ones. */
  readonly hasState?: boolean;
}

/** Weights of a run, within its folder. */
const bestOfRun = path.join("checkpoints", "best.onnx");
const lastOfRun = path.join("checkpoints", "last.onnx");

/**
 * The configuration with what its model's files hold. Throws what reading a file throws, `onnx-unreadable`, `onnx-unsupported`, `onnx-external-data` and `init-from-run`, with the file and the key that names it.
 */
export async function withModelFiles(config: TrainingConfig, options: LoadModelOptions): Promise<TrainingConfig> {
  const { imported, initFrom } = config;
  if (imported === null && initFrom === null) return config;
  const loaded = imported === null ? null : await at("model.onnx", () => readModel(options.stored ?? path.resolve(options.folder, imported.file), imported.file));
  const initial = initFrom === null || options.hasState === true ? null : await at("init_from", () => readWeights(path.resolve(options.folder, initFrom), initFrom));
  const modelFiles: ModelFiles = { imported: loaded, digest: loaded === null ? null : structureOf(loaded), initial };
  return { ...config, modelFiles };
}

async function at<T>(key: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw toDescentError(error).at({ path: key });
  }
}

/** A model with the weights that lie in files beside it; `anyOutputs` as `decodeModel` takes it. Throws what reading files and `decodeModel` throw, with the file. */
export async function readModel(file: string, name: string, anyOutputs = true): Promise<Model> {
  const { bytes } = await readUserFile(file, name);
  try {
    const external = new Map<string, Uint8Array>();
    for (const place of externalFiles(bytes)) {
      const beside = path.resolve(path.dirname(file), place);
      if (path.relative(path.dirname(file), beside).startsWith("..") || path.isAbsolute(place)) throw new DescentError("onnx-external-data", `${name} says that its weights lie in ${place}; only files in its own folder are read.`);
      external.set(place, (await readUserFile(beside, `${place}, which holds weights of ${name},`)).bytes);
    }
    return decodeModel(bytes, { external, anyOutputs });
  } catch (error) {
    const { code, message, location } = toDescentError(error);
    throw new DescentError(code, location.file === undefined ? `${name}: ${message}` : message, { file, ...location }, { cause: error });
  }
}

/** A hash of the model's operators and shapes, not of its weights: what the speed of a step depends on. */
function structureOf({ graph, opsets }: Model): string {
  const nodes = graph.nodes.map(({ op, domain, inputs, outputs, attributes }) => [op, domain, inputs, outputs, Object.entries(attributes).map(([name, { kind, value }]) => [name, kind === "tensor" || kind === "graph" ? kind : value])]);
  const facts = [[...opsets], graph.inputs, nodes, [...graph.initializers].map(([name, { type, dims }]) => [name, type, dims])];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

/** The best weights of a run; without validation data the last ones. */
async function modelOfRun(folder: string): Promise<string> {
  const best = path.join(folder, bestOfRun);
  return (await stat(best).catch(() => null)) === null ? path.join(folder, lastOfRun) : best;
}

/** The float tensors of a model file, or of a run's best one, by name. */
async function readWeights(place: string, name: string): Promise<ModelFiles["initial"]> {
  const isFolder = await stat(place).then((found) => found.isDirectory(), () => false);
  const file = isFolder ? await modelOfRun(place) : place;
  const { graph } = await readModel(file, isFolder ? path.join(name, path.relative(place, file)) : name);
  const tensors = [...graph.initializers].filter(([, { type }]) => type === "float32");
  return Object.fromEntries(tensors.map(([tensor, { dims, data }]) => [tensor, { dims, data: data as Float32Array }]));
}
