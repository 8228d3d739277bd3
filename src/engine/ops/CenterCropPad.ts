import { gather, shapeOf } from "../graph/functions.js";
import { axesOf } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { requestedShape } from "./shapeRules.js";

/** Y = X cropped or padded with zeros about its centre to these sizes along axes. ONNX CenterCropPad-18. */
export const CenterCropPad = defineOperator("CenterCropPad", {
  inputs: ["X", "sizes"],
  shape: ({ X, sizes, ints }) => {
    if (X.shape === null) return [{ type: X.type, shape: null }];
    const wanted = requestedShape(sizes);
    const shape = [...X.shape];
    axesOf(ints("axes"), X.rank).forEach((axis, i) => (shape[axis] = wanted?.[i] ?? null));
    return [{ type: X.type, shape }];
  },
  gradient: {
    // what was cropped comes back as zeros, and the other way round
    X: ({ dY, X, graph, node, ints }) => {
      const axes = ints("axes");
      return graph.op("CenterCropPad", [dY, axes === null ? shapeOf(X) : gather(shapeOf(X), graph.ints(axesOf(axes, X.rank)), 0)], node.attributes);
    },
    sizes: "zero",
  },
});
