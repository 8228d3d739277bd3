/** Replaces calls of a model's own functions by their bodies, as PyTorch's newer exporter and others write them. */
import { clone, create } from "@bufbuild/protobuf";
import { DescentError } from "../../common/errors.js";
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  type AttributeProto,
  type FunctionProto,
  type GraphProto,
  type NodeProto,
} from "./generated/onnx_pb.js";

/** How deep functions may call one another; deeper ones call themselves. */
const deepestCall = 64;

/** The graph without calls of `functions`, values of a body prefixed by the call's name. Throws `onnx-unsupported` for recursion. */
export function inlineFunctions(graph: GraphProto, functions: readonly FunctionProto[]): GraphProto {
  if (functions.length === 0) return graph;
  const byName = new Map(functions.map((definition) => [key(definition.domain, definition.name, definition.overload), definition]));
  let calls = 0;

  const inlineNode = (node: NodeProto, depth: number): NodeProto[] => {
    const definition = byName.get(key(node.domain, node.opType, node.overload));
    const attributes = node.attribute.map((attribute) => inlineSubgraph(attribute, depth));
    if (definition === undefined) return [create(NodeProtoSchema, { ...node, attribute: attributes })];
    if (depth > deepestCall) throw new DescentError("onnx-unsupported", `The model's function ${definition.name} calls itself.`);
    const body = bodyOfCall(definition, node, attributes, `${node.name || node.opType}/${calls++}/`);
    return body.flatMap((inner) => inlineNode(inner, depth + 1));
  };
  const inlineSubgraph = (attribute: AttributeProto, depth: number): AttributeProto =>
    attribute.g === undefined ? attribute : create(AttributeProtoSchema, { ...attribute, g: inlineGraph(attribute.g, depth) });
  const inlineGraph = (inner: GraphProto, depth: number): GraphProto =>
    create(GraphProtoSchema, { ...inner, node: inner.node.flatMap((node) => inlineNode(node, depth)) });

  return inlineGraph(graph, 0);
}

function key(domain: string, name: string, overload: string): string {
  return `${domain}\n${name}\n${overload}`;
}

/** The nodes of a function with the caller's values and attributes in place of its own. */
function bodyOfCall(definition: FunctionProto, call: NodeProto, attributes: readonly AttributeProto[], prefix: string): NodeProto[] {
  const names = new Map<string, string>();
  definition.output.forEach((name, i) => names.set(name, call.output[i] || prefix + name));
  definition.input.forEach((name, i) => names.set(name, call.input[i] ?? ""));
  const given = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  for (const fallback of definition.attributeProto) if (!given.has(fallback.name)) given.set(fallback.name, fallback);
  const passed = new Set(definition.output.filter((name) => definition.input.includes(name)));
  const nodes = definition.node.map((node) => renamed(node, names, given, prefix));
  // an output that is an input of the function: hand it on
  for (const name of passed) {
    const output = call.output[definition.output.indexOf(name)];
    const input = call.input[definition.input.indexOf(name)];
    nodes.push(create(NodeProtoSchema, { opType: "Identity", name: prefix + name, input: [input], output: [output] }));
  }
  return nodes;
}

function renamed(node: NodeProto, names: Map<string, string>, given: ReadonlyMap<string, AttributeProto>, prefix: string): NodeProto {
  const rename = (name: string): string => {
    if (name === "") return "";
    if (!names.has(name)) names.set(name, prefix + name);
    return names.get(name) as string;
  };
  const attribute = node.attribute.flatMap((own): AttributeProto[] => {
    if (own.refAttrName === "") return [own.g === undefined ? own : create(AttributeProtoSchema, { ...own, g: renamedGraph(own.g, names, given, prefix) })];
    const value = given.get(own.refAttrName);
    // an attribute that the caller leaves out and that has no default stays out
    return value === undefined ? [] : [create(AttributeProtoSchema, { ...clone(AttributeProtoSchema, value), name: own.name })];
  });
  return create(NodeProtoSchema, { ...node, name: prefix + node.name, input: node.input.map(rename), output: node.output.map(rename), attribute });
}

/** A subgraph within a function: its outer names follow the call, its own get the prefix like the others. */
function renamedGraph(graph: GraphProto, names: Map<string, string>, given: ReadonlyMap<string, AttributeProto>, prefix: string): GraphProto {
  const own = new Map(names);
  for (const value of [...graph.input, ...graph.initializer]) own.set(value.name, prefix + value.name);
  const node = graph.node.map((inner) => renamed(inner, own, given, prefix));
  const take = <T extends { name: string }>(value: T): T => ({ ...value, name: own.get(value.name) ?? value.name });
  return create(GraphProtoSchema, { ...graph, node, input: graph.input.map(take), output: graph.output.map(take), initializer: graph.initializer.map(take) });
}
