import { activations } from "./activations/registry.js";
import type { ActivationKind } from "./activations/defineActivation.js";
import type { LayerKind } from "./defineLayer.js";

/** An activation as a layer of its own: same shape out, nothing learned. */
function activationLayer(activation: ActivationKind): LayerKind {
  return {
    ...activation,
    shapes: (_, { shape }) => ({ input: shape, output: shape, parameters: [], operations: 0 }),
    build: (args, x) => activation.apply(x, args),
    activation: () => (activation.kind === "linear" ? null : activation.kind),
  };
}

export const activationLayers: readonly LayerKind[] = [...activations.values()].map(activationLayer);
