/** Models that were exported for one size of batch, brought to any. */
import { numbersOf, tensorOf } from "../graph/tensorData.js";
import type { ConstantTensor, Graph } from "../graph/types.js";

/**
 * The graph with the size of the batch that its reshapes wrote down left open: a first dimension of exactly that size is taken for the batch's.
 * What else depends on the size shows when shapes are inferred for a batch of unknown size.
 */
export function withAnyBatch(graph: Graph, batch: number): Graph {
  const initializers = new Map(graph.initializers);
  const constants = new Map(graph.nodes.flatMap((node): [string, ConstantTensor][] => (node.op === "Constant" && node.attributes.value?.kind === "tensor" ? [[node.outputs[0], node.attributes.value.value]] : [])));
  const nodes = graph.nodes.map((node) => {
    if (node.op !== "Reshape" || node.domain !== "") return node;
    const shape = initializers.get(node.inputs[1]) ?? constants.get(node.inputs[1]);
    if (shape === undefined) return node;
    const dims = numbersOf(shape);
    if (dims[0] !== batch) return node;
    // 0 takes the dimension of the input at that place; beside no other open one, -1 is surer
    const open = [dims.includes(-1) ? 0 : -1, ...dims.slice(1)];
    const name = `${node.outputs[0]}/any_batch`;
    initializers.set(name, tensorOf("int64", [open.length], open));
    return { ...node, inputs: [node.inputs[0], name] };
  });
  return { ...graph, nodes, initializers };
}
