import { dimProduct, dimQuotient } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";

/** Y = blocks in space laid out as channels: [N, C, H, W] to [N, C b^2, H / b, W / b]. ONNX SpaceToDepth-13. */
export const SpaceToDepth = defineOperator("SpaceToDepth", {
  inputs: ["X"],
  shape: ({ X, int }) => {
    if (X.shape === null) return [{ type: X.type, shape: null }];
    const block = int("blocksize", 1);
    const [batch, channels, height, width] = X.shape;
    return [{ type: X.type, shape: [batch, dimProduct([channels, block * block]), dimQuotient(height, block), dimQuotient(width, block)] }];
  },
  gradient: { X: ({ dY, graph, int }) => graph.op("DepthToSpace", [dY], { blocksize: int("blocksize", 1), mode: "DCR" }) },
});
