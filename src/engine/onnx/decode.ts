/** Reads ONNX files: bytes to a Model. */
import { fromBinary } from "@bufbuild/protobuf";
import { DescentError, toDescentError } from "../../common/errors.js";
import { elementCount, typedArrays } from "../graph/tensorData.js";
import type { Attribute, ConstantTensor, DataType, Dim, Graph, Model, Node, Shape, TensorData, Value } from "../graph/types.js";
import { dataTypeOf, knownDataType } from "./dataTypes.js";
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  TensorProto_DataLocation,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type TypeProto,
  type ValueInfoProto,
} from "./generated/onnx_pb.js";
import { inlineFunctions } from "./inlineFunctions.js";

/** What a protobuf message may measure, and so an ONNX file: 2 GB less a byte. */
export const largestModel = 2 ** 31 - 1;

export interface DecodeOptions {
  /** Files beside the model that hold weights, by their names in it (`externalFiles`). */
  readonly external?: ReadonlyMap<string, Uint8Array>;
  /** Whether outputs that are no tensors (scikit-learn's dictionaries of probabilities) are kept, as floats of unknown shape. */
  readonly anyOutputs?: boolean;
}

/**
 * The model in these bytes. Weights are copied out, so that the bytes may be dropped. Model-local functions are inlined.
 * Throws `onnx-unreadable` (cut off, damaged, or no ONNX), `onnx-too-large` (2 GB and more), `onnx-external-data`
 * (weights in other files that are not given, or too short) and `onnx-unsupported` (sparse or quantised weights, sequence inputs).
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): Model {
  return whole(bytes, () => modelOf(parse(bytes), options));
}

/** Names of the files that hold weights of this model beside it, as PyTorch's newer exporter writes them; throws as `decodeModel` does. */
export function externalFiles(bytes: Uint8Array): readonly string[] {
  return whole(bytes, () => {
    const tensors = parse(bytes).graph?.initializer ?? [];
    return [...new Set(tensors.filter(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL).map(placeOf))];
  });
}

function whole<T>(bytes: Uint8Array, read: () => T): T {
  if (bytes.length > largestModel) throw new DescentError("onnx-too-large", "The ONNX model is larger than 2 GB.");
  try {
    return read();
  } catch (thrown) {
    const error = toDescentError(thrown);
    // deeply nested garbage exhausts the stack of the conversion: damaged input like any other
    throw error.code === "internal-error" ? unreadable(error.message, thrown) : error;
  }
}

function unreadable(why: string, cause?: unknown): DescentError {
  return new DescentError("onnx-unreadable", `The file is not a readable ONNX model, or is cut off: ${why}`, {}, { cause });
}

function parse(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error), error);
  }
}

function modelOf(proto: ModelProto, options: DecodeOptions): Model {
  if (proto.graph === undefined) throw unreadable("it has no graph.");
  const opsets = new Map(proto.opsetImport.map((entry) => [standardDomain(entry.domain), Number(entry.version)]));
  if (!opsets.has("") && proto.graph.node.some((node) => standardDomain(node.domain) === "")) throw unreadable("it names no operator set.");
  return {
    graph: graphOf(inlineFunctions(proto.graph, proto.functions), options),
    opsets,
    irVersion: Number(proto.irVersion),
    metadata: new Map(proto.metadataProps.map((entry) => [entry.key, entry.value])),
  };
}

/** ONNX writes its own domain as "" or "ai.onnx". */
function standardDomain(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}

/** `within`: the graph of a Loop, an If or a Scan. */
function graphOf(proto: GraphProto, options: DecodeOptions, within = false): Graph {
  if (proto.sparseInitializer.length > 0) throw new DescentError("onnx-unsupported", "The model has sparse weights, which are not supported.");
  const initializers = new Map(proto.initializer.map((tensor) => [tensor.name, tensorOf(tensor, options)]));
  const inputs = proto.input.map(within ? anyValueOf : valueOf);
  const outputs = proto.output.map(within || options.anyOutputs ? anyValueOf : valueOf);
  const values = new Map<string, Value>();
  for (const value of proto.valueInfo.map(knownValueOf)) if (value !== null) values.set(value.name, value);
  for (const value of [...inputs, ...outputs]) values.set(value.name, value);
  for (const [name, { type, dims }] of initializers) values.set(name, { name, type, shape: dims });
  return { name: proto.name, inputs, outputs, initializers, nodes: proto.node.map((node) => nodeOf(node, options)), values };
}

/** An input or output: a tensor of a known type. Outputs of subgraphs may lack both; their nodes tell. */
function valueOf(proto: ValueInfoProto): Value {
  const kind = proto.type?.value;
  if (kind?.case === undefined) return { name: proto.name, type: "float32", shape: null, untyped: true };
  if (kind.case !== "tensorType") throw new DescentError("onnx-unsupported", `The value ${proto.name} is no tensor but a ${kind.case.replace("Type", "")}, which is not supported.`);
  return { name: proto.name, type: dataTypeOf(kind.value.elemType, proto.name), shape: shapeOf(proto.type) };
}

/** A value that may be no tensor: an output where the caller takes such, and sequences in subgraphs, which importing follows. */
function anyValueOf(proto: ValueInfoProto): Value {
  const kind = proto.type?.value.case;
  return kind === undefined || kind === "tensorType" ? valueOf(proto) : { name: proto.name, type: "float32", shape: null };
}

/** A value in between, or null where it is of a kind that we do not handle. */
function knownValueOf(proto: ValueInfoProto): Value | null {
  const kind = proto.type?.value;
  const type = kind?.case === "tensorType" ? knownDataType(kind.value.elemType) : null;
  return type === null ? null : { name: proto.name, type, shape: shapeOf(proto.type) };
}

function shapeOf(type: TypeProto | undefined): Shape | null {
  if (type?.value.case !== "tensorType" || type.value.value.shape === undefined) return null;
  return type.value.value.shape.dim.map((dim): Dim => {
    if (dim.value.case === "dimValue") return dim.value.value >= 0n ? Number(dim.value.value) : null;
    return dim.value.case === "dimParam" && dim.value.value !== "" ? dim.value.value : null;
  });
}

function nodeOf(proto: NodeProto, options: DecodeOptions): Node {
  return {
    name: proto.name || (proto.output.find((name) => name !== "") ?? proto.opType),
    op: proto.opType,
    domain: standardDomain(proto.domain),
    inputs: proto.input,
    outputs: proto.output,
    attributes: Object.fromEntries(proto.attribute.map((attribute) => [attribute.name, attributeOf(attribute, options)])),
  };
}

function attributeOf(proto: AttributeProto, options: DecodeOptions): Attribute {
  switch (proto.type) {
    case AttributeType.FLOAT:
      return { kind: "float", value: proto.f };
    case AttributeType.INT:
      return { kind: "int", value: safeInteger(proto.i) };
    case AttributeType.STRING:
      return { kind: "string", value: text(proto.s) };
    case AttributeType.TENSOR:
      if (proto.t !== undefined) return { kind: "tensor", value: tensorOf(proto.t, options) };
      break;
    case AttributeType.GRAPH:
      if (proto.g !== undefined) return { kind: "graph", value: graphOf(proto.g, options, true) };
      break;
    case AttributeType.FLOATS:
      return { kind: "floats", value: proto.floats };
    case AttributeType.INTS:
      return { kind: "ints", value: proto.ints.map(safeInteger) };
    case AttributeType.STRINGS:
      return { kind: "strings", value: proto.strings.map(text) };
  }
  throw new DescentError("onnx-unsupported", `The attribute ${proto.name} is of the kind ${AttributeType[proto.type] ?? proto.type}, which is not supported.`);
}

/** ONNX writes "to the end" as the largest 64-bit integer; the largest that a number holds exactly means the same. */
function safeInteger(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return Number.MAX_SAFE_INTEGER;
  return value < BigInt(Number.MIN_SAFE_INTEGER) ? Number.MIN_SAFE_INTEGER : Number(value);
}

const decoder = new TextDecoder();

function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

function tensorOf(proto: TensorProto, options: DecodeOptions): ConstantTensor {
  const name = proto.name || "constant";
  const type = dataTypeOf(proto.dataType, name);
  const dims = proto.dims.map(Number);
  const count = elementCount(dims);
  if (dims.some((dim) => dim < 0) || !Number.isSafeInteger(count)) throw unreadable(`the tensor ${name} has the impossible shape [${dims.join(", ")}].`);
  const raw = proto.dataLocation === TensorProto_DataLocation.EXTERNAL ? externalBytes(proto, options) : proto.rawData;
  const data = raw.length > 0 && type !== "string" ? rawElements(type, raw, name) : typedElements(type, proto);
  if (data.length !== count) throw unreadable(`the tensor ${name} of shape [${dims.join(", ")}] has ${data.length} elements.`);
  return { type, dims, data };
}

/** The file beside the model that holds a tensor's bytes. */
function placeOf(proto: TensorProto): string {
  return proto.externalData.find((entry) => entry.key === "location")?.value ?? "";
}

/** The bytes that another file holds. */
function externalBytes(proto: TensorProto, { external }: DecodeOptions): Uint8Array {
  const name = proto.name || "constant";
  const place = placeOf(proto);
  const file = external?.get(place);
  if (file === undefined) throw new DescentError("onnx-external-data", `The weights ${name} lie in ${place || "another file"}; only models with their weights inside are supported here. Save the model as one file.`);
  const number = (key: string): number | undefined => {
    const text = proto.externalData.find((entry) => entry.key === key)?.value;
    return text === undefined ? undefined : Number(text);
  };
  const start = number("offset") ?? 0;
  const end = start + (number("length") ?? file.length - start);
  if (!(start >= 0 && end >= start && end <= file.length)) throw new DescentError("onnx-external-data", `The weights ${name} lie in ${place} up to byte ${end}, and the file ends at ${file.length}: it is cut off, or another model's.`);
  return file.subarray(start, end);
}

/** Elements from their bytes, little-endian as every platform of ours is; copied, which also aligns them. */
function rawElements(type: Exclude<DataType, "string">, raw: Uint8Array, name: string): TensorData {
  const size = typedArrays[type].BYTES_PER_ELEMENT;
  if (raw.length % size !== 0) throw unreadable(`the tensor ${name} has ${raw.length} bytes, which is no multiple of ${size}.`);
  // not slice(): a Buffer of Node, which a file is read into, would share its memory
  return new typedArrays[type](new Uint8Array(raw).buffer, 0, raw.length / size);
}

/** Elements from the field that ONNX keeps for their type. */
function typedElements(type: DataType, proto: TensorProto): TensorData {
  switch (type) {
    case "float32":
      return Float32Array.from(proto.floatData);
    case "float64":
      return Float64Array.from(proto.doubleData);
    case "int64":
      return BigInt64Array.from(proto.int64Data);
    case "uint64":
      return BigUint64Array.from(proto.uint64Data);
    case "uint32":
      return Uint32Array.from(proto.uint64Data, Number);
    case "string":
      return proto.stringData.map(text);
    case "float16":
    case "bfloat16":
    case "uint16":
      return Uint16Array.from(proto.int32Data);
    case "int8":
      return Int8Array.from(proto.int32Data);
    case "int16":
      return Int16Array.from(proto.int32Data);
    case "int32":
      return Int32Array.from(proto.int32Data);
    case "uint8":
    case "bool":
      return Uint8Array.from(proto.int32Data);
  }
}
