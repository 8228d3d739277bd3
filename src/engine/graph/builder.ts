import { DescentError } from "../../common/errors.js";
import { pruned } from "./prune.js";
import { numbersOf, tensorOf, type NumericType } from "./tensorData.js";
import type { Attribute, ConstantTensor, DataType, Dim, Graph, Node, Shape, Value } from "./types.js";

/** Integer tensors up to this length are followed as shape arithmetic. */
const longestElements = 64;

/** A value of a graph under construction. Functions of the field (`add(a, b)`) find the graph through it. */
export class Tensor implements Value {
  constructor(
    readonly builder: GraphBuilder,
    readonly name: string,
    readonly type: DataType,
    readonly shape: Shape | null,
    /** Its elements, where they are known while building: initializers, folded shape arithmetic. */
    readonly constant: ConstantTensor | null = null,
    elements: Shape | null = null,
  ) {
    this.elements = elements ?? elementsOf(constant);
  }

  /**
   * Elements of a small integer or bool scalar or vector as dimensions, some of them symbols: `Shape(x)` of [batch, 3]
   * holds ["batch", 3]. null where nothing is known. This carries shapes through exported models' shape arithmetic.
   */
  readonly elements: readonly Dim[] | null;

  /** The shape, all of it known; throws `shape-unknown`, naming the value, otherwise. */
  get dims(): readonly number[] {
    if (this.shape === null || this.shape.some((d) => typeof d !== "number")) {
      throw new DescentError("shape-unknown", `The shape of ${this.name} is not fully known: ${formatShape(this.shape)}.`);
    }
    return this.shape as readonly number[];
  }

  /** Number of dimensions; throws `shape-unknown` where not even that is known. */
  get rank(): number {
    if (this.shape === null) throw new DescentError("shape-unknown", `The rank of ${this.name} is not known.`);
    return this.shape.length;
  }
}

function elementsOf(constant: ConstantTensor | null): Shape | null {
  if (constant === null || constant.dims.length > 1 || constant.data.length > longestElements) return null;
  return constant.type === "int64" || constant.type === "int32" || constant.type === "bool" ? numbersOf(constant) : null;
}

/** A shape as users read it: `[batch, 3, 28, 28]`. */
export function formatShape(shape: Shape | null): string {
  return shape === null ? "[unknown rank]" : `[${shape.map((d) => d ?? "?").join(", ")}]`;
}

/** Attributes as they are written in building code: integers, lists of integers, strings and graphs plain, floats through `float`. */
export type AttributeInput = number | readonly number[] | string | ConstantTensor | Attribute;

/** A float attribute. */
export function float(value: number): Attribute {
  return { kind: "float", value };
}

/** A list of floats as attribute. */
export function floats(value: readonly number[]): Attribute {
  return { kind: "floats", value };
}

/** A subgraph as attribute (bodies of Loop, branches of If). */
export function subgraph(value: Graph): Attribute {
  return { kind: "graph", value };
}

function toAttribute(input: AttributeInput): Attribute {
  if (typeof input === "number") return { kind: "int", value: input };
  if (typeof input === "string") return { kind: "string", value: input };
  if (Array.isArray(input)) return { kind: "ints", value: input };
  if ("kind" in input) return input as Attribute;
  return { kind: "tensor", value: input as ConstantTensor };
}

/** Types, shapes and, where computable, elements of a node's outputs; `elements` as in Tensor. */
export type InferredOutput = { readonly type: DataType; readonly shape: Shape | null; readonly constant?: ConstantTensor | null; readonly elements?: Shape | null };
export type Inference = (node: Node, inputs: readonly (Tensor | null)[], graph: GraphBuilder) => readonly InferredOutput[];

export interface OperatorCallOptions {
  /** Number of outputs; default 1. */
  readonly outputs?: number;
  readonly domain?: string;
  /** Node name, for messages; default: first output's name. */
  readonly name?: string;
  /** Names of the outputs, where they matter. */
  readonly outputNames?: readonly string[];
  /** The outputs' types and shapes, where whoever calls knows them: then nothing is inferred, which walks through subgraphs. */
  readonly results?: readonly InferredOutput[];
}

/**
 * Builds a graph node by node, inferring every type and shape on the way.
 * `parent` makes this the body of a Loop or If: names are unique across both, and the parent's tensors may be used.
 */
export class GraphBuilder {
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #initializers = new Map<string, ConstantTensor>();
  readonly #nodes: Node[] = [];
  readonly #tensors = new Map<string, Tensor>();
  readonly #constants = new Map<string, Tensor>();
  /** Names of values and of nodes, which ONNX keeps apart, for this graph and those around and within it. */
  readonly #names: { readonly taken: Set<string>; readonly nodes: Set<string>; readonly prefix: string; next: number };
  /** Counts dimensions of which nothing is known. */
  readonly #unknown: { count: number };

  constructor(
    readonly infer: Inference,
    readonly opset = 20,
    readonly parent: GraphBuilder | null = null,
    isScratch = false,
  ) {
    this.#unknown = parent === null ? { count: 0 } : parent.#unknown;
    if (parent !== null && !isScratch) this.#names = parent.#names;
    else this.#names = { taken: new Set(), nodes: new Set(), prefix: parent === null ? "" : `${parent.#names.prefix}~`, next: 0 };
  }

  /** An empty graph within this one: the body of a Loop, or a branch of an If. */
  child(): GraphBuilder {
    return new GraphBuilder(this.infer, this.opset, this);
  }

  /** A graph within this one that is thrown away again: it takes no names. For finding out what a subgraph gives. */
  scratch(): GraphBuilder {
    return new GraphBuilder(this.infer, this.opset, this, true);
  }

  /** Tells dimensions apart of which nothing was known before from those that came up since: the latter are null. */
  sinceHere(): (shape: Shape | null) => Shape | null {
    const before = this.#unknown.count;
    return (shape) => shape?.map((dim) => (typeof dim === "string" && /^\?\d+$/.test(dim) && Number(dim.slice(1)) >= before ? null : dim)) ?? null;
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** A fresh name with this stem. */
  uniqueName(stem: string): string {
    stem = this.#names.prefix + stem;
    let name = stem;
    while (this.#names.taken.has(name) || this.#names.nodes.has(name)) name = `${stem}_${this.#names.next++}`;
    this.#names.taken.add(name);
    return name;
  }

  /** The tensor of this name, here or in a parent; throws `unknown-value`. */
  tensor(name: string): Tensor {
    const found = this.#tensors.get(name) ?? this.parent?.tensor(name);
    if (found === undefined) throw new DescentError("unknown-value", `The graph has no value named ${name}.`);
    return found;
  }

  /** The tensor with what another of the same shape tells about its own. */
  shapedLike(tensor: Tensor, other: Tensor): Tensor {
    if (other.shape === null || tensor.shape?.every((dim) => typeof dim === "number")) return tensor;
    const shape = other.shape.map((dim, i) => (typeof dim === "number" ? dim : (tensor.shape?.[i] ?? dim)));
    const known = new Tensor(tensor.builder, tensor.name, tensor.type, shape, tensor.constant, tensor.elements);
    tensor.builder.#tensors.set(tensor.name, known);
    return known;
  }

  has(name: string): boolean {
    return this.#tensors.has(name) || (this.parent?.has(name) ?? false);
  }

  /** Whether no value here, in a parent or within a subgraph has this name. */
  isFree(name: string): boolean {
    return !this.#names.taken.has(name);
  }

  /** An input; with `fallback` one that may be left out of the feeds. */
  input(name: string, type: DataType, shape: Shape | null, fallback?: ConstantTensor): Tensor {
    const tensor = this.#define(name, type, shape);
    this.#inputs.push({ name: tensor.name, type, shape: tensor.shape });
    if (fallback !== undefined) this.#initializers.set(tensor.name, fallback);
    return tensor;
  }

  /** Keeps names from being given: those within subgraphs that are taken over as they are. */
  reserve(names: readonly string[]): void {
    for (const name of names) this.#names.taken.add(name);
  }

  /** A named constant. Its elements are not copied. */
  initializer(name: string, value: ConstantTensor): Tensor {
    const tensor = this.#define(name, value.type, value.dims, value);
    this.#initializers.set(tensor.name, value);
    return tensor;
  }

  constant(value: ConstantTensor): Tensor {
    return this.initializer("constant", value);
  }

  /** A scalar, by default float32. The same scalar is stored once. */
  scalar(value: number, type: NumericType = "float32"): Tensor {
    return this.#shared(`${type} ${Object.is(value, -0) ? "-0" : value}`, () => tensorOf(type, [], [value]));
  }

  /** A vector of int64, as axes and shapes are given. The same vector is stored once. */
  ints(values: readonly number[]): Tensor {
    return this.#shared(`ints ${values.join()}`, () => tensorOf("int64", [values.length], values));
  }

  /** A float32 tensor with the same value everywhere. The same one is stored once. */
  filled(dims: readonly number[], value: number): Tensor {
    return this.#shared(`filled ${dims.join()} ${Object.is(value, -0) ? "-0" : value}`, () => ({ type: "float32", dims, data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)).fill(value) }));
  }

  #shared(key: string, make: () => ConstantTensor): Tensor {
    let found = this.#constants.get(key);
    if (found === undefined) this.#constants.set(key, (found = this.constant(make())));
    return found;
  }

  /** One call of an operator with one output. */
  op(op: string, inputs: readonly (Tensor | null)[], attributes: Readonly<Record<string, AttributeInput>> = {}, options: OperatorCallOptions = {}): Tensor {
    return this.ops(op, inputs, attributes, { ...options, outputs: options.outputs ?? 1 })[0];
  }

  /** One call of an operator with any number of outputs. */
  ops(op: string, inputs: readonly (Tensor | null)[], attributes: Readonly<Record<string, AttributeInput>> = {}, options: OperatorCallOptions = {}): Tensor[] {
    const count = options.outputNames?.length ?? options.outputs ?? 1;
    const outputs = Array.from({ length: count }, (_, i) =>
      options.outputNames === undefined ? this.uniqueName(count > 1 ? `${op}_${i}` : op) : this.#take(options.outputNames[i]),
    );
    const node: Node = {
      name: options.name ?? outputs[0],
      op,
      domain: options.domain ?? "",
      inputs: trimAbsent(inputs.map((t) => t?.name ?? "")),
      outputs,
      attributes: Object.fromEntries(Object.entries(attributes).map(([k, v]) => [k, toAttribute(v)])),
    };
    return this.#append(node, inputs, new Map(), options.results);
  }

  /** A node as it stands in another graph, its inputs known here by the same names. `known` fills in what shape rules leave open. */
  append(node: Node, known: ReadonlyMap<string, Value> = new Map()): Tensor[] {
    for (const output of node.outputs) if (output !== "") this.#take(output);
    return this.#append(node, node.inputs.map((name) => (name === "" ? null : this.tensor(name))), known);
  }

  /** A node under names that are free here; `original` are those of its outputs in the graph where `known` knows them. */
  take(node: Node, original: readonly string[], known: ReadonlyMap<string, Value>): Tensor[] {
    const here = new Map(node.outputs.flatMap((name, i): [string, Value][] => {
      const value = known.get(original[i]);
      return value === undefined ? [] : [[name, value]];
    }));
    return this.#append(node, node.inputs.map((name) => (name === "" ? null : this.tensor(name))), here);
  }

  #append(node: Node, inputs: readonly (Tensor | null)[], known: ReadonlyMap<string, Value> = new Map(), results?: readonly InferredOutput[]): Tensor[] {
    const inferred = results ?? this.infer(node, inputs, this);
    this.#nodes.push(this.#named(node));
    return node.outputs.map((name, i) => {
      const { type, shape, constant, elements } = inferred[i] ?? { type: "float32" as const, shape: null };
      const value = known.get(name);
      const tensor = new Tensor(this, name, shape === null ? (value?.type ?? type) : type, this.#symbolic(filledIn(shape, value)), constant ?? null, elements ?? null);
      if (name !== "") this.#tensors.set(name, tensor);
      return tensor;
    });
  }

  /** Declares an output, under its own name or, through an Identity, another. */
  output(tensor: Tensor, name = tensor.name): Tensor {
    const named = name === tensor.name ? tensor : this.op("Identity", [tensor], {}, { outputNames: [name] });
    this.#outputs.push({ name: named.name, type: named.type, shape: named.shape });
    return named;
  }

  /** The graph so far, without nodes and constants that no output depends on. */
  build(name: string): Graph {
    const values = new Map<string, Value>([...this.#tensors].map(([key, t]) => [key, { name: t.name, type: t.type, shape: t.shape }]));
    return pruned({ name, inputs: [...this.#inputs], outputs: [...this.#outputs], initializers: this.#initializers, nodes: this.#nodes, values });
  }

  #take(name: string): string {
    if (this.#names.taken.has(name)) throw new DescentError("name-taken", `The graph already has a value named ${name}.`);
    this.#names.taken.add(name);
    return name;
  }

  #define(stem: string, type: DataType, shape: Shape | null, constant: ConstantTensor | null = null): Tensor {
    const name = this.uniqueName(stem);
    const tensor = new Tensor(this, name, type, this.#symbolic(shape), constant);
    this.#tensors.set(name, tensor);
    return tensor;
  }

  /** The node under a name that no other has: the runtime wants that. */
  #named(node: Node): Node {
    const name = this.#names.nodes.has(node.name) ? this.uniqueName(node.name) : node.name;
    this.#names.nodes.add(name);
    return name === node.name ? node : { ...node, name };
  }

  /** Unknown dimensions under symbols of their own, `?7`, so that values which share one are known to. */
  #symbolic(shape: Shape | null): Shape | null {
    return shape?.includes(null) ? shape.map((dim) => dim ?? `?${this.#unknown.count++}`) : shape;
  }
}

/** The shape with its unknown dimensions as another source has them. */
function filledIn(shape: Shape | null, value: Value | undefined): Shape | null {
  if (shape === null || value?.shape?.length !== shape.length) return shape ?? value?.shape ?? null;
  return shape.map((dim, i) => dim ?? value.shape?.[i] ?? null);
}

function trimAbsent(names: string[]): string[] {
  while (names.length > 0 && names[names.length - 1] === "") names.pop();
  return names;
}
