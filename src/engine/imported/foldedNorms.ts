import type { Model } from "../graph/types.js";

/**
 * How many convolutions an exporter has merged with the batch normalisation behind them, by the names that it then gives: PyTorch's older exporter numbers
 * the merged weights (`onnx::Conv_26`), the newer one's optimiser adds a bias named after the weights (`conv1.weight_bias`). 0 where the model normalises still.
 */
export function foldedNorms({ graph }: Model): number {
  if (graph.nodes.some(({ op }) => op === "BatchNormalization")) return 0;
  return graph.nodes.filter(({ op, inputs: [, weight, bias] }) => op === "Conv" && bias != null && bias !== "" && (/^onnx::Conv_\d+$/.test(String(weight)) || bias === `${String(weight)}_bias`)).length;
}
