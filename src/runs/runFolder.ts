import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../common/errors.js";

/** Names within a run's folder. */
export const runFiles = {
  manifest: "run.json",
  data: "data.json",
  evaluation: "evaluation.json",
  evaluations: "evaluations.jsonl",
  projections: "projections.jsonl",
  curvature: "curvature.jsonl",
  surfaces: "surfaces.json",
  findings: "findings.jsonl",
  /** Copy of the imported model that the run trains, as it was at the start. */
  importedModel: "imported.onnx",
  checkpoints: "checkpoints",
  /** Weights on the way, without what resuming needs. */
  weights: "weights",
  lastModel: path.join("checkpoints", "last.onnx"),
  bestModel: path.join("checkpoints", "best.onnx"),
} as const;

/** `digits` of `/a/digits.train.yaml`: the name of its runs. */
export function runName(trainingFile: string): string {
  return path.basename(trainingFile).replace(/\.(ya?ml|json)$/i, "").replace(/\.train$/i, "") || "run";
}

/**
 * Creates `<runs>/<time>-<name>` and gives its absolute path; a name that is taken gets a number. Throws `runs-folder-unwritable`.
 * `time` is local, for people; the manifest holds the exact one.
 */
export function createRunFolder(runsFolder: string, name: string, time: Date): string {
  const base = `${timestamp(time)}-${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 60)}`;
  try {
    fs.mkdirSync(runsFolder, { recursive: true });
    for (let n = 1; ; n++) {
      const folder = path.join(path.resolve(runsFolder), n === 1 ? base : `${base}-${n}`);
      if (makeIfNew(folder)) return folder;
    }
  } catch (thrown) {
    throw new DescentError("runs-folder-unwritable", `The run's folder cannot be created in ${runsFolder}: ${(thrown as Error).message}`, { file: runsFolder }, { cause: thrown });
  }
}

/** Makes a folder whose name is given a run's: missing parents too. Throws `run-exists` where it holds a run, `runs-folder-unwritable`. */
export function claimRunFolder(folder: string): string {
  if (fs.existsSync(path.join(folder, runFiles.manifest))) throw new DescentError("run-exists", `${folder} holds a run already.`, { file: folder });
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (thrown) {
    throw new DescentError("runs-folder-unwritable", `The run's folder ${folder} cannot be created: ${(thrown as Error).message}`, { file: folder }, { cause: thrown });
  }
  return folder;
}

function makeIfNew(folder: string): boolean {
  try {
    fs.mkdirSync(folder);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw thrown;
  }
}

/** `20261121-124005`, local time. */
function timestamp(time: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}
