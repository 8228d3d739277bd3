import { defineOperator } from "./defineOperator.js";
import type { Graph, Value } from "../graph/types.js";

/** Outputs = those of the branch that the condition picks. ONNX If-21. */
export const If = defineOperator("If", {
  inputs: ["condition"],
  outputs: ["outputs..."],
  shape: ({ attribute }) => {
    const [yes, no] = [attribute("then_branch", "graph"), attribute("else_branch", "graph")];
    return (yes?.outputs ?? []).map((value, i) => ({ type: value.type, shape: commonShape(value, no, i) }));
  },
  gradient: "unsupported",
});

/** Dimensions on which both branches agree. */
function commonShape(value: Value, other: Graph | undefined, output: number): Value["shape"] {
  const shape = other?.outputs[output]?.shape ?? null;
  if (value.shape === null || shape === null || shape.length !== value.shape.length) return null;
  return value.shape.map((dim, i) => (dim === shape[i] ? dim : null));
}
