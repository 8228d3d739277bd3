import path from "node:path";
import { toDescentError } from "../../common/errors.js";
import { differentiateModel } from "../../engine/differentiation/differentiateModel.js";
import { encodeModel } from "../../engine/onnx/encode.js";
import { readModel } from "../../files/loadModelFiles.js";
import type { Job } from "../../protocol/runtime.js";
import { writeOutput } from "./writeOutput.js";

/** Writes a model with its gradients as further outputs: `{ output, gradients }`, their names in order. Throws what reading and differentiating throw, with the model's file. */
export async function differentiate({ model: file, output, loss, wrt }: Extract<Job, { job: "differentiate" }>) {
  try {
    const model = await readModel(file, path.basename(file), false);
    const differentiated = differentiateModel(model, { loss: loss ?? undefined, wrt: wrt ?? undefined });
    writeOutput(output, encodeModel(differentiated));
    return { output, gradients: differentiated.graph.outputs.slice(model.graph.outputs.length).map(({ name }) => name) };
  } catch (thrown) {
    throw toDescentError(thrown).at({ file });
  }
}
