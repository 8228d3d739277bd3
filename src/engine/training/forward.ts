/** From a batch of inputs to the model's outputs, in training or inference mode. */
import type { Tensor } from "../graph/builder.js";
import { layers } from "../layers/registry.js";
import type { LayerOutline } from "../layers/outline.js";
import { tensorName } from "./parameters.js";

export interface ForwardOptions {
  readonly outline: readonly LayerOutline[];
  /** [batch, ...example], scaled. */
  readonly inputs: Tensor;
  readonly mode: "training" | "inference";
  /** A layer's tensor by its name in the model. */
  readonly parameter: (fullName: string) => Tensor;
  readonly updateStatistic: (fullName: string, value: Tensor) => void;
  readonly dropoutMask: (layer: string, x: Tensor, rate: number) => Tensor;
  readonly normalNoise: (layer: string, x: Tensor) => Tensor;
}

/** Output of every layer by name; the last one's is the model's. */
export function buildForward(options: ForwardOptions): ReadonlyMap<string, Tensor> {
  const outputs = new Map<string, Tensor>();
  let x = options.inputs;
  for (const layer of options.outline) {
    const kind = layers.get(layer.kind);
    if (kind === undefined) throw new Error(`no layer named ${layer.kind}`);
    x = kind.build(layer.arguments, x, {
      mode: options.mode,
      output: layer.outputShape,
      parameter: (name) => options.parameter(tensorName(layer.name, name)),
      updateStatistic: (name, value) => options.updateStatistic(tensorName(layer.name, name), value),
      normalNoise: (noisy) => options.normalNoise(layer.name, noisy),
      dropoutMask: (masked, rate) => options.dropoutMask(layer.name, masked, rate),
    });
    outputs.set(layer.name, x);
  }
  return outputs;
}

/** Inputs as stored, as the first layer reads them: bytes become float32, and a divisor (255) is divided out. */
export function scaleInputs(stored: Tensor, divisor: number): Tensor {
  const graph = stored.builder;
  const values = stored.type === "float32" ? stored : graph.op("Cast", [stored], { to: 1 });
  return divisor === 1 ? values : graph.op("Mul", [values, graph.scalar(1 / divisor)]);
}

/** x [batch, ...] as [batch, width]. */
export function asRows(x: Tensor): Tensor {
  return x.rank === 2 ? x : x.builder.op("Flatten", [x], { axis: 1 });
}
