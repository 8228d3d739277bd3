import { DescentError } from "../../common/errors.js";
import { formatShape, GraphBuilder, type Inference, type InferredOutput, type Tensor } from "../graph/builder.js";
import { isStatic } from "../graph/shapes.js";
import { tensorOf } from "../graph/tensorData.js";
import type { Node } from "../graph/types.js";
import { namedCall } from "./call.js";
import { findOperator } from "./registry.js";

/** The opset of graphs that we make ourselves. */
export const defaultOpset = 20;

/** An empty graph; with `parent` the body of a Loop or a branch of an If. */
export function newGraph(parent: GraphBuilder | null = null, opset = parent?.opset ?? defaultOpset): GraphBuilder {
  return new GraphBuilder(infer, opset, parent);
}

/**
 * Types and shapes of a call's outputs by its operator's shape rule; symbolic dimensions stay. Of an unknown operator the
 * type is taken for that of its first input and the shape is null. Throws `shape-mismatch` and the like, naming the node.
 */
export const infer: Inference = (node, inputs, graph) => {
  const definition = findOperator(node.domain, node.op);
  if (definition === undefined) return node.outputs.map(() => ({ type: inputs[0]?.type ?? "float32", shape: null }));
  try {
    return definition.shape({ ...namedCall(definition, node, inputs, graph.opset), graph }).map(withConstant);
  } catch (error) {
    throw error instanceof DescentError ? atNode(error, node, inputs) : error;
  }
};

/** Elements are followed through integers and bools only; those that are known entirely make a constant. */
function withConstant(output: InferredOutput): InferredOutput {
  const { type, shape, elements, constant } = output;
  if (type !== "int64" && type !== "int32" && type !== "bool") return { ...output, elements: null };
  if (constant || !elements || !isStatic(elements) || !isStatic(shape)) return output;
  return { ...output, constant: tensorOf(type, shape, elements) };
}

function atNode(error: DescentError, node: Node, inputs: readonly (Tensor | null)[]): DescentError {
  const shapes = inputs.map((input) => (input === null ? "absent" : formatShape(input.shape))).join(", ");
  return new DescentError(error.code, `${error.message} Operator ${node.op}, node ${node.name}, inputs ${shapes}.`, error.location, { cause: error });
}
