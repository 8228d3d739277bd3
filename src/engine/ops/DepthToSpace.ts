import { concat, reshape, reshapeLike, transpose } from "../graph/functions.js";
import { dimProduct, dimQuotient } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";

/** Y = channels of X laid out as blocks in space: [N, C, H, W] to [N, C / b^2, b H, b W]. ONNX DepthToSpace-13. */
export const DepthToSpace = defineOperator("DepthToSpace", {
  inputs: ["X"],
  shape: ({ X, int }) => {
    if (X.shape === null) return [{ type: X.type, shape: null }];
    const block = int("blocksize", 1);
    const [batch, channels, height, width] = X.shape;
    return [{ type: X.type, shape: [batch, dimQuotient(channels, block * block), dimProduct([height, block]), dimProduct([width, block])] }];
  },
  gradient: {
    X: ({ dY, X, graph, int, text }) => {
      const block = int("blocksize", 1);
      const depth = graph.op("SpaceToDepth", [dY], { blocksize: block });
      if (text("mode", "DCR") === "DCR") return depth;
      // channel k C' + c, which holds place k of the blocks, becomes channel c b^2 + k
      const byPlace = reshape(depth, concat([graph.ints([0, block * block, -1]), graph.op("Slice", [graph.op("Shape", [depth]), graph.ints([2]), graph.ints([4])])], 0));
      return reshapeLike(transpose(byPlace, [0, 2, 1, 3, 4]), X);
    },
  },
});
