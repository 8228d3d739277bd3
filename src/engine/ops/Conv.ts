import { DescentError } from "../../common/errors.js";
import { formatShape } from "../graph/builder.js";
import { isStatic } from "../graph/shapes.js";
import { channelSums, transposedConvolution, weightGradient } from "./convolutionGradients.js";
import { defineOperator } from "./defineOperator.js";
import { windowCounts, windowsOf } from "./windows.js";

/** Y[n, o, p] = sum over i, k of X[n, i, stride p + dilation k - pad] W[o, i, k], plus B[o]. ONNX Conv-11. */
export const Conv = defineOperator("Conv", {
  inputs: ["X", "W", "B?"],
  shape: (call) => {
    const { X, W, int } = call;
    if (X.shape === null || W.shape === null) return [{ type: X.type, shape: X.shape?.map((dim, i) => (i === 0 ? dim : null)) ?? null }];
    const [channels, perGroup] = [X.shape[1], W.shape[1]];
    if (X.rank !== W.rank || (typeof channels === "number" && typeof perGroup === "number" && channels !== perGroup * int("group", 1))) {
      throw new DescentError("shape-mismatch", `Weights of shape ${formatShape(W.shape)} do not fit an input of shape ${formatShape(X.shape)} in ${int("group", 1)} groups.`);
    }
    const sizes = X.shape.slice(2);
    const kernel = call.ints("kernel_shape") ?? W.shape.slice(2);
    const counts = isStatic(kernel) ? windowCounts(windowsOf(call, sizes, kernel), sizes) : sizes.map(() => null);
    return [{ type: X.type, shape: [X.shape[0], W.shape[0], ...counts] }];
  },
  gradient: {
    X: (call) => transposedConvolution(call.dY, call.W, call.X, windowsOf(call, call.X.shape?.slice(2) ?? [], call.W.dims.slice(2)), call.int("group", 1)),
    W: (call) => weightGradient(call.dY, call.X, call.W, windowsOf(call, call.X.shape?.slice(2) ?? [], call.W.dims.slice(2)), call.int("group", 1)),
    B: ({ dY }) => channelSums(dY),
  },
});
