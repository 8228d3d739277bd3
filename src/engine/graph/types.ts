/** Element types of ONNX tensors that we handle. */
export type DataType =
  | "float32" | "float64" | "float16" | "bfloat16"
  | "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64"
  | "bool" | "string";

/** A dimension: a number, a symbol (`batch`; `?7` for one that the model leaves open), or null where nothing is known. */
export type Dim = number | string | null;

/** Dimensions, outermost first. [] is a scalar. */
export type Shape = readonly Dim[];

/** Elements of a tensor. float16 as raw bits in Uint16Array, bool as 0/1 in Uint8Array. */
export type TensorData =
  | Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | BigInt64Array
  | Uint8Array | Uint16Array | Uint32Array | BigUint64Array | string[];

/** A tensor with its elements, row-major; `data.length` is the product of `dims`. */
export interface ConstantTensor {
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** Type and shape of a named value; `shape` is null where not even the rank is known. */
export interface Value {
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape | null;
  /** The file leaves the type out, as it may within subgraphs; `type` is then no more than a guess, and is not written. */
  readonly untyped?: true;
}

/** An attribute with ONNX's type. Integers are safe integers: ONNX's INT64_MAX is clamped to Number.MAX_SAFE_INTEGER. */
export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensor"; readonly value: ConstantTensor }
  | { readonly kind: "graph"; readonly value: Graph };

/** One operator call. An absent optional input is "". `domain` "" is ai.onnx. */
export interface Node {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph in topological order. `values` holds type and shape of every name that is known, inputs and initializers included. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers: ReadonlyMap<string, ConstantTensor>;
  readonly nodes: readonly Node[];
  readonly values: ReadonlyMap<string, Value>;
}

/** A graph with what ONNX stores beside it. `opsets`: domain to version. */
export interface Model {
  readonly graph: Graph;
  readonly opsets: ReadonlyMap<string, number>;
  readonly irVersion: number;
  readonly metadata: ReadonlyMap<string, string>;
}
