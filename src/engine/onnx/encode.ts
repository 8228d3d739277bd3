/** Writes ONNX files: a Model to bytes. */
import { create, toBinary } from "@bufbuild/protobuf";
import { DescentError } from "../../common/errors.js";
import type { Attribute, ConstantTensor, Graph, Model, Node, Value } from "../graph/types.js";
import { dataTypeNumber } from "./dataTypes.js";
import { largestModel } from "./decode.js";
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "./generated/onnx_pb.js";

/** The version of the file format that came with an operator set; at least 9. */
export function irVersionOf(opset: number): number {
  if (opset <= 20) return 9;
  return opset <= 22 ? 10 : opset === 23 ? 11 : 12;
}

/**
 * The bytes of this model. Weights go in as raw bytes, copied in blocks. Types of values between inputs and outputs are
 * left out: runtimes infer them. Throws `onnx-too-large` where weights reach 2 GB, what a protobuf message may hold.
 */
export function encodeModel(model: Model): Uint8Array {
  if (weightBytes(model.graph) > largestModel) throw tooLarge();
  const proto = create(ModelProtoSchema, {
    irVersion: BigInt(model.irVersion),
    producerName: "Descent",
    opsetImport: [...model.opsets].map(([domain, version]) => ({ domain, version: BigInt(version) })),
    metadataProps: [...model.metadata].map(([key, value]) => ({ key, value })),
    graph: graphProto(model.graph),
  });
  const bytes = toBinary(ModelProtoSchema, proto);
  if (bytes.length > largestModel) throw tooLarge();
  return bytes;
}

function tooLarge(): DescentError {
  return new DescentError("onnx-too-large", "The model's weights reach 2 GB, more than an ONNX file can hold.");
}

function weightBytes(graph: Graph): number {
  let bytes = 0;
  for (const { data } of graph.initializers.values()) bytes += "byteLength" in data ? data.byteLength : 0;
  return bytes;
}

function graphProto(graph: Graph): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name,
    input: graph.inputs.map(valueProto),
    output: graph.outputs.map(valueProto),
    initializer: [...graph.initializers].map(([name, tensor]) => tensorProto(name, tensor)),
    node: graph.nodes.map(nodeProto),
  });
}

function valueProto({ name, type, shape, untyped }: Value): ValueInfoProto {
  if (untyped) return create(ValueInfoProtoSchema, { name });
  const dims = shape?.map((dim) => {
    if (typeof dim === "number") return { value: { case: "dimValue" as const, value: BigInt(dim) } };
    // "?7" is our own name of a dimension about which nothing is known
    return dim === null || dim.includes("?") ? {} : { value: { case: "dimParam" as const, value: dim } };
  });
  const tensor = { elemType: dataTypeNumber(type), ...(dims === undefined ? {} : { shape: { dim: dims } }) };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: "tensorType", value: tensor } } });
}

const encoder = new TextEncoder();

function tensorProto(name: string, { type, dims, data }: ConstantTensor): TensorProto {
  const elements = Array.isArray(data)
    ? { stringData: data.map((element) => encoder.encode(element)) }
    : { rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  return create(TensorProtoSchema, { name, dataType: dataTypeNumber(type), dims: dims.map(BigInt), ...elements });
}

function nodeProto(node: Node): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.op,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
  });
}

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  switch (attribute.kind) {
    case "int":
      return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(attribute.value) });
    case "float":
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: attribute.value });
    case "string":
      return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: encoder.encode(attribute.value) });
    case "ints":
      return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: attribute.value.map(BigInt) });
    case "floats":
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...attribute.value] });
    case "strings":
      return create(AttributeProtoSchema, { name, type: AttributeType.STRINGS, strings: attribute.value.map((text) => encoder.encode(text)) });
    case "tensor":
      return create(AttributeProtoSchema, { name, type: AttributeType.TENSOR, t: tensorProto("", attribute.value) });
    case "graph":
      return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: graphProto(attribute.value) });
  }
}
