/** The tensors of a model: what is learned, what is kept beside it, and what they start with. */
import { initializers } from "../initializers/registry.js";
import type { ParameterSpec } from "../layers/defineLayer.js";
import type { LayerOutline } from "../layers/outline.js";
import { matches } from "../optimizers/groups.js";
import { RandomStream } from "../random/stream.js";

/** A layer's tensor under its name in the whole model: `dense_1.weight`. */
export interface ModelTensor extends ParameterSpec {
  readonly fullName: string;
  readonly layer: string;
  /** Names of the layers that its layer is part of, outermost first. */
  readonly within: readonly string[];
  /** Whether the optimizer moves it; running statistics are moved by their layer. */
  readonly learned: boolean;
}

/** Elements by full name. */
export type TensorValues = Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>;

/** Every tensor of the model, in the order of its layers. */
export function modelTensors(outline: readonly LayerOutline[]): ModelTensor[] {
  return outline.flatMap((layer) =>
    layer.tensors.map((spec) => ({ ...spec, layer: layer.name, within: layer.within, fullName: tensorName(layer.name, spec.name), learned: spec.role !== "statistic" })),
  );
}

/** The name of a layer's tensor in graphs and checkpoints. */
export function tensorName(layer: string, tensor: string): string {
  return `${layer}.${tensor}`;
}

/** Starting values: `given` ones, else drawn. Each tensor draws from a stream of its own, so that adding a layer leaves the others' values alone. */
export function initialValues(tensors: readonly ModelTensor[], seed: number, given: Readonly<TensorValues> = {}): TensorValues {
  const values: TensorValues = {};
  for (const tensor of tensors) {
    if (Object.hasOwn(given, tensor.fullName)) {
      values[tensor.fullName] = given[tensor.fullName];
      continue;
    }
    const kind = initializers.get(tensor.init.kind);
    if (kind === undefined) throw new Error(`no initializer named ${tensor.init.kind}`);
    values[tensor.fullName] = { dims: tensor.shape, data: kind.fill(tensor.init.arguments, tensor, new RandomStream(seed, `initialise/${tensor.fullName}`)) };
  }
  return values;
}

/** Whether a pattern names a tensor, by its layer (`dense_2.weight`, `head.*`) or by a layer that holds it: `residual_1.*`. */
export function matchesTensor(pattern: string, { fullName, within }: Pick<ModelTensor, "fullName" | "within">): boolean {
  return [fullName, ...within.map((holder) => `${holder}.${fullName}`)].some((name) => matches(pattern, name));
}
