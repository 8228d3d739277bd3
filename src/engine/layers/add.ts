import { z } from "zod";
import { asInput, exampleShape } from "./channels.js";
import { defineBranchingLayer } from "./defineLayer.js";
import { alignedShapes, checkEqual } from "./joins.js";
import { branchList } from "./layerLists.js";

/** y = the sum of what the branches give */
export const add = defineBranchingLayer({
  kind: "add",
  summary: "Branches that read the same input; their outputs, of one shape, are added. An empty branch, [], is the input itself.",
  main: "branches",
  nested: { argument: "branches", form: "branches" },
  arguments: z.strictObject({ branches: branchList.describe("Lists of layers: add: [[dense: 8, relu], [dense: 8]].") }),
  branches: ({ branches }) => branches,
  joinedShapes(_, given) {
    const shapes = alignedShapes(given);
    checkEqual("add", shapes, () => true, "all must have the same shape");
    return { output: shapes[0], parameters: [], operations: 0 };
  },
  join(_, xs) {
    const shapes = alignedShapes(xs.map(exampleShape));
    return xs.map((x, i) => asInput(x, shapes[i])).reduce((sum, x) => x.builder.op("Add", [sum, x]));
  },
});
