/** Gives every reader the tensor that it had before an exporter merged equal ones, and names to weights that stand within nodes. */
import { elementCount, isFloat, numbersOf } from "../graph/tensorData.js";
import type { ConstantTensor, Graph, Node } from "../graph/types.js";

/**
 * PyTorch's exporters write tensors that are equal once, so that the biases of an untrained model, all zeros, become one; trained as one they would stay equal. Here a
 * copy goes to every name that was given to such a tensor (an Identity of it) and, where it is a vector of one repeated number, to every node that reads it.
 * Matrices that several nodes read are shared on purpose (an embedding that is the last layer too) and stay so.
 */
export function withOwnTensors(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const value = node.op === "Identity" ? initializers.get(node.inputs[0]) : undefined;
    if (value !== undefined && isFloat(value.type)) initializers.set(node.outputs[0], value);
    else if (isWeightConstant(node)) initializers.set(node.outputs[0], node.attributes.value!.value as ConstantTensor);
    else nodes.push(node);
  }
  const readers = new Map<string, number>();
  const ownName = (name: string): string => {
    const value = initializers.get(name);
    if (value === undefined || !isRepetition(value)) return name;
    const reader = (readers.get(name) ?? 0) + 1;
    readers.set(name, reader);
    if (reader === 1) return name;
    const copy = `${name}/${reader}`;
    initializers.set(copy, value);
    return copy;
  };
  const own = nodes.map((node): Node => Object.assign({}, node, { inputs: node.inputs.map(ownName) }));
  return { ...graph, nodes: own, initializers };
}

/** A matrix or more within a Constant node. */
function isWeightConstant({ op, attributes }: Node): boolean {
  return op === "Constant" && attributes.value?.kind === "tensor" && isFloat(attributes.value.value.type) && attributes.value.value.dims.length > 1 && elementCount(attributes.value.value.dims) > 1;
}

function isRepetition(value: ConstantTensor): boolean {
  if (!isFloat(value.type) || value.dims.length !== 1 || value.dims[0] < 2) return false;
  const [first, ...rest] = numbersOf(value);
  return rest.every((element) => element === first);
}
