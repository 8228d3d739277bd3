import { DescentError } from "../../common/errors.js";
import { keepWhere, mul, reciprocal, scalarLike, scale, sub, where } from "../graph/functions.js";
import { numbersOf } from "../graph/tensorData.js";
import { defineOperator } from "./defineOperator.js";

/** While training, Y = X / (1 - ratio) where the random mask keeps it, else 0; otherwise Y = X. ONNX Dropout-13. */
export const Dropout = defineOperator("Dropout", {
  inputs: ["X", "ratio?", "training?"],
  outputs: ["Y", "mask?"],
  shape: ({ X }) => [{ type: X.type, shape: X.shape }, { type: "bool", shape: X.shape }],
  gradient: {
    X: ({ dY, mask, ratio, training, node }) => {
      const mode = training === null ? 0 : training.constant === null ? null : numbersOf(training.constant)[0];
      if (mode === 0) return dY;
      if (mask === null) {
        throw new DescentError("operator-without-gradient", `The gradient of Dropout in training form (node ${node.name}) needs its second output, the mask.`);
      }
      const known = ratio === null ? 0.5 : ratio.constant === null ? null : numbersOf(ratio.constant)[0];
      const kept = keepWhere(mask, dY);
      const enlarged = known === null && ratio !== null ? mul(kept, reciprocal(sub(scalarLike(ratio, 1), ratio))) : scale(kept, 1 / (1 - (known ?? 0.5)));
      return mode === null && training !== null ? where(training, enlarged, dY) : enlarged;
    },
    ratio: "zero",
    training: "zero",
  },
});
