import { z } from "zod";
import { asInput, exampleShape } from "./channels.js";
import { defineBranchingLayer } from "./defineLayer.js";
import { alignedShapes, checkEqual } from "./joins.js";
import { branchList } from "./layerLists.js";

/** y = what the branches give, side by side along the channels of images, the features of sequences and rows */
export const concat = defineBranchingLayer({
  kind: "concat",
  summary: "Branches that read the same input; their outputs stand side by side, along the channels of images and the features else. An empty branch, [], is the input itself.",
  main: "branches",
  nested: { argument: "branches", form: "branches" },
  source: "Szegedy et al., Going Deeper with Convolutions, 2015; Huang et al., Densely Connected Convolutional Networks, 2017 (with an empty branch)",
  arguments: z.strictObject({ branches: branchList.describe("Lists of layers: concat: [[conv2d: 8], [conv2d: { filters: 8, kernel: 1 }]].") }),
  branches: ({ branches }) => branches,
  joinedShapes(_, given) {
    const shapes = alignedShapes(given);
    const axis = joinedAxis(shapes[0]);
    checkEqual("concat", shapes, (a) => a !== axis, `all but the ${axis === 0 && shapes[0].length > 2 ? "channels" : "last axis"} must be equal`);
    return { output: shapes[0].with(axis, shapes.reduce((sum, shape) => sum + shape[axis], 0)), parameters: [], operations: 0 };
  },
  join(_, xs) {
    const shapes = alignedShapes(xs.map(exampleShape));
    if (xs.length === 1) return asInput(xs[0], shapes[0]);
    return xs[0].builder.op("Concat", xs.map((x, i) => asInput(x, shapes[i])), { axis: joinedAxis(shapes[0]) + 1 });
  },
});

/** The channels of [channels, height, width], the last axis of rows and sequences. */
function joinedAxis(shape: readonly number[]): number {
  return shape.length > 2 ? 0 : shape.length - 1;
}
