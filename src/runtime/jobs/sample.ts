import fs from "node:fs";
import path from "node:path";
import { DescentError, toDescentError } from "../../common/errors.js";
import { decodeModel } from "../../engine/onnx/decode.js";
import { describeTextModel, sampleText } from "../../engine/training/sampleText.js";
import { readUserFile } from "../../files/readFile.js";
import type { Job } from "../../protocol/runtime.js";
import { runFiles } from "../../runs/runFolder.js";
import { createOnnxRuntimeBackend } from "../backend/onnxRuntimeBackend.js";

/**
 * Lets a language model write: `{ model, text }`, the prompt and what follows it. `run` is a run's folder, whose best model is taken (its last
 * one where it has no best), or an exported model. Throws `run-without-checkpoint`, `no-language-model`, `token-unknown`.
 */
export async function sample(job: Extract<Job, { job: "sample" }>) {
  const model = modelFile(job.run);
  try {
    const { bytes } = await readUserFile(model, model);
    const described = describeTextModel(decodeModel(bytes));
    const session = await createOnnxRuntimeBackend().createSession(bytes, { provider: "cpu", threads: 1 });
    try {
      return { model, text: await sampleText(session, described, job) };
    } finally {
      await session.release();
    }
  } catch (thrown) {
    throw toDescentError(thrown).at({ file: model });
  }
}

function modelFile(run: string): string {
  if (run.toLowerCase().endsWith(".onnx")) return run;
  const found = [runFiles.bestModel, runFiles.lastModel].map((name) => path.join(run, name)).find((file) => fs.existsSync(file));
  if (found !== undefined) return found;
  if (!fs.existsSync(path.join(run, runFiles.manifest))) throw new DescentError("run-missing", `${run} is no folder of a run.`, { file: run });
  throw new DescentError("run-without-checkpoint", `The run ${path.basename(run)} has no checkpoint yet.`, { file: run });
}
