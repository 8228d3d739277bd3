import { DescentError } from "../../../common/errors.js";
import type { Tensor } from "../../graph/builder.js";
import { defineOperator, type GradientContext } from "../defineOperator.js";
import { channelSum, nchwcDomain, once, whereActive } from "./blocked.js";
import { convDataGradient } from "./convDataGradient.js";
import { positions, windowOf } from "./convGeometry.js";
import { convWeightGradient } from "./convWeightGradient.js";

/** Y = activation(X * W + B + Sum), X, Y and Sum in blocks of channels (X as NCHW where it has fewer channels than a block). com.microsoft.nchwc Conv-1. */
export const Conv = defineOperator("Conv", {
  domain: nchwcDomain,
  inputs: ["X", "W", "B", "Sum"],
  shape: ({ node, inputs: [x, w] }) => {
    const window = windowOf(node, w);
    const [n, , height, width] = x!.dims;
    return [{ type: x!.type, shape: [n, w!.dims[0], positions(window, 0, height), positions(window, 1, width)] }];
  },
  gradient: {
    X: (call) => convDataGradient(call.inputs[0]!, call.inputs[1]!, beforeActivation(call), windowOf(call.node, call.inputs[1])),
    W: (call) => convWeightGradient(call.inputs[0]!, beforeActivation(call), call.inputs[1]!.dims, windowOf(call.node, call.inputs[1])),
    B: (call) => channelSum(beforeActivation(call)),
    Sum: (call) => beforeActivation(call),
  },
});

/** The gradient before the fused activation; made once for all slots. Throws `no-gradient` for forms that no forward graph of ours has. */
function beforeActivation({ node, outputs: [y], outputGradients: [dY], attribute }: GradientContext): Tensor {
  const activation = attribute("activation", "string");
  if ((attribute("group", "int") ?? 1) !== 1 || (attribute("dilations", "ints") ?? []).some((d) => d !== 1) || (activation ?? "Relu") !== "Relu") {
    throw new DescentError("no-gradient", `${node.name}: there is no gradient of a blocked Conv with groups, dilations or the activation ${activation ?? "none"}.`);
  }
  return activation === undefined ? dY! : once(dY!, `through ${y!.name}`, () => whereActive(y!, dY!));
}
