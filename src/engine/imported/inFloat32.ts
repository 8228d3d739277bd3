/** Training computes in float32: models in float64 and in the 16-bit types are brought to it. */
import { isFloat, numbersOf } from "../graph/tensorData.js";
import type { Attribute, ConstantTensor, Graph, Node, Value } from "../graph/types.js";
import { mapNodes } from "./mapNodes.js";

/** ONNX's numbers of float16, float64 and bfloat16. */
const otherFloats = [10, 11, 16];

/** The graph with every value of a floating-point type in float32. */
export function inFloat32(graph: Graph): Graph {
  const mapped = mapNodes(graph, convertedNode);
  return { ...mapped, inputs: graph.inputs.map(convertedValue), outputs: graph.outputs.map(convertedValue), initializers: new Map([...graph.initializers].map(([name, value]) => [name, converted(value)])) };
}

function converted(tensor: ConstantTensor): ConstantTensor {
  if (!isFloat(tensor.type) || tensor.type === "float32") return tensor;
  return { type: "float32", dims: tensor.dims, data: Float32Array.from(numbersOf(tensor)) };
}

function convertedValue(value: Value): Value {
  return isFloat(value.type) ? { ...value, type: "float32" } : value;
}

function convertedNode(node: Node): Node {
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => {
    if (attribute.kind === "tensor") return [name, { kind: "tensor", value: converted(attribute.value) }];
    if (attribute.kind === "graph") return [name, { kind: "graph", value: withConvertedConstants(attribute.value) }];
    const namesType = name === "dtype" || (name === "to" && node.op === "Cast");
    return [name, namesType && attribute.kind === "int" && otherFloats.includes(attribute.value) ? { kind: "int", value: 1 } : attribute];
  });
  return { ...node, attributes: Object.fromEntries(attributes) };
}

/** A subgraph, whose nodes are converted already. */
function withConvertedConstants(graph: Graph): Graph {
  return { ...graph, inputs: graph.inputs.map(convertedValue), outputs: graph.outputs.map(convertedValue), initializers: new Map([...graph.initializers].map(([name, value]) => [name, converted(value)])) };
}
