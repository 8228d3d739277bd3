/**
 * float16 on the processor, to the rounding. ONNX Runtime's processor has no operators in float16: it casts to float32 and, between two of them, leaves
 * the casts out, so that nothing is rounded and nothing overflows. Here every float16 value is a float32 that is rounded to float16 explicitly.
 */
import { float16ToNumber } from "../../../src/engine/graph/tensorData.js";
import type { Attribute, ConstantTensor, Graph, Node } from "../../../src/engine/graph/types.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import type { Backend } from "../../../src/engine/training/backend.js";

/** The backend, with values whose names end as those in float16 do (`x/float16`) rounded so. */
export function emulatingFloat16(backend: Backend): Backend {
  return {
    createSession(bytes, options) {
      const model = decodeModel(bytes);
      return backend.createSession(encodeModel({ ...model, graph: emulated(model.graph) }), options);
    },
  };
}

const isHalf = (name: string): boolean => /\/float16[^/]*$/.test(name);

function emulated(graph: Graph): Graph {
  const initializers = new Map<string, ConstantTensor>();
  for (const [name, tensor] of graph.initializers) {
    const bits = tensor.data as Uint16Array;
    initializers.set(name, tensor.type === "float16" ? { type: "float32", dims: tensor.dims, data: Float32Array.from(bits, float16ToNumber) } : tensor);
  }
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const attributes = Object.fromEntries(Object.entries(node.attributes).map(([key, attribute]): [string, Attribute] => [key, attribute.kind === "graph" ? { kind: "graph", value: emulated(attribute.value) } : attribute]));
    const isCast = node.op === "Cast" && [...node.inputs, ...node.outputs].some(isHalf);
    const plain: Node = isCast ? { ...node, op: "Identity", attributes: {} } : { ...node, attributes };
    const halves = plain.outputs.filter(isHalf);
    const renamed = { ...plain, outputs: plain.outputs.map((name) => (isHalf(name) ? `${name}:exact` : name)) };
    return [renamed, ...halves.flatMap((name) => rounding(`${name}:exact`, name, initializers))];
  });
  return { ...graph, nodes, initializers };
}

/**
 * `to` is `from` rounded to 11 bits (Dekker's splitting: c = 8193 x; c - (c - x)), to multiples of 2^-24 below 2^-14, and to infinity from 65520 on.
 */
function rounding(from: string, to: string, initializers: Map<string, ConstantTensor>): Node[] {
  const nodes: Node[] = [];
  const op = (name: string, inputs: readonly string[], output = `${to}:${nodes.length}`): string => {
    nodes.push({ name: output, op: name, domain: "", inputs, outputs: [output], attributes: {} });
    return output;
  };
  const number = (value: number): string => {
    const name = `${to}:constant ${value}`;
    initializers.set(name, { type: "float32", dims: [], data: Float32Array.of(value) });
    return name;
  };
  const magnitude = op("Abs", [from]);
  const c = op("Mul", [from, number(8193)]);
  const normal = op("Sub", [c, op("Sub", [c, from])]);
  const small = op("Mul", [op("Round", [op("Mul", [from, number(2 ** 24)])]), number(2 ** -24)]);
  const finite = op("Where", [op("Less", [magnitude, number(2 ** -14)]), small, normal]);
  op("Where", [op("GreaterOrEqual", [magnitude, number(65520)]), op("Mul", [from, number(3e38)]), finite], to);
  return nodes;
}
