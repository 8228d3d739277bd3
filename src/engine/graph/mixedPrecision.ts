/**
 * A float32 graph in mixed precision: products of matrices and convolutions in float16, what adds many values up or spans many magnitudes in
 * float32, and everything between in the precision of what it is given. The lists are those of PyTorch's autocast.
 */
import { numberToFloat16 } from "./tensorData.js";
import { capturedNames } from "./prune.js";
import type { Attribute, ConstantTensor, Graph, Node } from "./types.js";

/** Computed in float16, whatever comes in: where the time goes, and where tensor cores are. */
const half = new Set(["MatMul", "FusedMatMul", "Gemm", "Conv", "ConvTranspose"]);

/** Computed in float16 where all that comes in is in it, or has no precision of its own (weights, constants, masks). Everything else is float32. */
const following = new Set([
  "Add", "Sub", "Mul", "Neg", "Abs", "Max", "Min", "Sum", "Where", "Relu", "LeakyRelu", "PRelu", "Sigmoid", "Tanh", "Clip", "Identity",
  "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Split", "Concat", "Expand", "Tile", "Pad", "Gather", "MaxPool", "AveragePool",
]);

/** Values of zero and one: their precision is their reader's. HardSigmoid is the slope of ReLU here, with a factor that float16 has no room for. */
const masks = new Set(["HardSigmoid", "Sign", "ConstantOfShape"]);

/** float32 that its reader must keep, float32 that takes its reader's precision, or float16. */
type Precision = "single" | "any" | "half";

/**
 * The same graph in mixed precision. Inputs, outputs and everything that subgraphs read from around them stay float32. `flexible`: names of inputs, and of
 * values around the graph, that are cast to what they are combined with: the weights.
 */
export function inMixedPrecision(graph: Graph, flexible: ReadonlySet<string>): Graph {
  return new Conversion(graph, flexible, "float16", () => false).result();
}

class Conversion {
  readonly #nodes: Node[] = [];
  readonly #initializers: Map<string, ConstantTensor>;
  readonly #precision = new Map<string, Precision>();
  /** Names of which a version in float16, or in float32, exists. */
  readonly #halves = new Set<string>();
  readonly #singles = new Set<string>();

  constructor(
    private readonly graph: Graph,
    private readonly flexible: ReadonlySet<string>,
    /** What the names of versions in float16 end with: another one in every subgraph, where a name around it must not be taken. */
    private readonly ending: string,
    private readonly isFloatAround: (name: string) => boolean,
  ) {
    this.#initializers = new Map(graph.initializers);
  }

  result(): Graph {
    for (const node of this.graph.nodes) this.#convert(node);
    for (const { name } of this.graph.outputs) this.#single(name);
    return { ...this.graph, nodes: this.#nodes, initializers: this.#initializers };
  }

  #convert(node: Node): void {
    for (const name of capturedNames(node)) this.#single(name);
    const floats = node.inputs.filter((name) => name !== "" && this.#isFloat(name));
    const precisions = floats.map((name) => this.#precisionOf(name));
    const follows = following.has(node.op) && precisions.includes("half") && !precisions.includes("single");
    if ((half.has(node.op) && floats.length > 0) || follows) {
      const inputs = node.inputs.map((name) => (floats.includes(name) ? this.#half(name) : name));
      const outputs = node.outputs.map((name) => (name !== "" && this.#isFloat(name) ? this.#define(name, "half") : name));
      this.#nodes.push({ ...node, inputs, outputs });
      return;
    }
    for (const name of floats) this.#single(name);
    const isFlexible = masks.has(node.op) || (following.has(node.op) && precisions.every((precision) => precision === "any")) || this.#isCastMask(node);
    for (const name of node.outputs) if (name !== "" && this.#isFloat(name)) this.#define(name, isFlexible ? "any" : "single");
    this.#nodes.push({ ...node, attributes: this.#withSubgraphs(node) });
  }

  #withSubgraphs(node: Node): Node["attributes"] {
    const entries = Object.entries(node.attributes).map(([key, attribute]): [string, Attribute] => {
      if (attribute.kind !== "graph") return [key, attribute];
      return [key, { kind: "graph", value: new Conversion(attribute.value, this.flexible, `${this.ending}_${this.#nodes.length}_${key}`, (name) => this.#isFloat(name)).result() }];
    });
    return Object.fromEntries(entries);
  }

  /** Yes and no as numbers. */
  #isCastMask({ op, inputs }: Node): boolean {
    return op === "Cast" && this.graph.values.get(inputs[0])?.type === "bool";
  }

  #isFloat(name: string): boolean {
    const known = this.graph.values.get(name);
    return known === undefined ? this.isFloatAround(name) : known.type === "float32";
  }

  #precisionOf(name: string): Precision {
    const known = this.#precision.get(name);
    if (known !== undefined) return known;
    const constant = this.#initializers.get(name);
    if (constant !== undefined) return fitsFloat16(constant) ? "any" : "single";
    return this.flexible.has(name) ? "any" : "single";
  }

  /** Notes a value that the next node makes; the name under which it does. */
  #define(name: string, precision: Precision): string {
    this.#precision.set(name, precision);
    (precision === "half" ? this.#halves : this.#singles).add(name);
    return precision === "half" ? this.#halfName(name) : name;
  }

  /** The name of the value in float16, cast where it was not made in it. */
  #half(name: string): string {
    if (this.#halves.has(name)) return this.#halfName(name);
    this.#halves.add(name);
    const constant = this.#initializers.get(name);
    if (constant === undefined) this.#cast(name, this.#halfName(name), 10);
    else this.#initializers.set(this.#halfName(name), { type: "float16", dims: constant.dims, data: Uint16Array.from(constant.data as Float32Array, numberToFloat16) });
    return this.#halfName(name);
  }

  /** Sees to it that the value is there in float32, under its own name. */
  #single(name: string): void {
    if (!this.#halves.has(name) || this.#precision.get(name) !== "half" || this.#singles.has(name)) return;
    this.#singles.add(name);
    this.#cast(this.#halfName(name), name, 1);
  }

  #halfName(name: string): string {
    return `${name}/${this.ending}`;
  }

  #cast(from: string, to: string, type: number): void {
    this.#nodes.push({ name: `Cast ${to}`, op: "Cast", domain: "", inputs: [from], outputs: [to], attributes: { to: { kind: "int", value: type } } });
  }
}

/** Whether every element keeps its meaning in float16: none overflows, and none but zero vanishes. */
function fitsFloat16({ data }: ConstantTensor): boolean {
  return (data as Float32Array).every((value) => value === 0 || (Math.abs(value) <= 65504 && Math.abs(value) >= 6e-8));
}
