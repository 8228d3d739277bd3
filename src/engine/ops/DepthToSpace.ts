import { gather } from "../graph/functions.js";
import { dimProduct, dimQuotient } from "../graph/shapes.js";
import { tensorOf } from "../graph/tensorData.js";
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
      // the order of channels with the places in the block last: place k of channel c comes from channel k C' + c
      const places = block * block;
      const channels = X.dims[1] / places;
      const order = Array.from({ length: channels * places }, (_, i) => (i % places) * channels + Math.floor(i / places));
      return gather(depth, graph.constant(tensorOf("int64", [order.length], order)), 1);
    },
  },
});
