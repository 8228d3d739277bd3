/** What a run begins with where files say it: the weights of an imported model, or an earlier run's. */
import { DescentError } from "../../common/errors.js";
import type { ImportedModel } from "../imported/importedModel.js";
import type { TrainingConfig } from "./config.js";
import type { ModelTensor, TensorValues } from "./parameters.js";

/**
 * Values by full name. Of an earlier run's weights (`init_from`) those are taken whose tensors the model has; tensors that the file lacks begin as their initialisers say.
 * Throws `init-from-shape`, naming both shapes, and `init-from-unknown` where the file holds none of the model's tensors.
 */
export function initialTensors(tensors: readonly ModelTensor[], imported: ImportedModel | null, { modelFiles, initFrom }: TrainingConfig): TensorValues {
  const values: TensorValues = { ...imported?.values };
  const earlier = modelFiles?.initial ?? null;
  if (earlier === null) return values;
  let taken = 0;
  for (const { fullName, layer, shape } of tensors) {
    if (!Object.hasOwn(earlier, fullName)) continue;
    const { dims, data } = earlier[fullName];
    if (dims.join() !== shape.join()) {
      throw new DescentError("init-from-shape", `${fullName} has shape [${shape.join(", ")}] in this model and [${dims.join(", ")}] in ${initFrom}. To begin the layer anew, give it a name of its own (name: new_${layer}).`, { path: "init_from" });
    }
    values[fullName] = { dims, data };
    taken++;
  }
  if (taken === 0) {
    const names = Object.keys(earlier);
    throw new DescentError("init-from-unknown", `${initFrom} holds none of the model's tensors ${tensors.slice(0, 4).map(({ fullName }) => fullName).join(", ")}; it has ${names.slice(0, 4).join(", ") || "no weights"}.`, { path: "init_from" });
  }
  return values;
}
