import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { add, mul } from "../graph/functions.js";
import type { Graph, Node } from "../graph/types.js";
import type { Provider } from "../training/backend.js";
import { blockSizeOf, padAfter, reorderInput, reorderOutput, roundUp } from "../ops/nchwc/blocked.js";

/** A layer norm's values before they are scaled and moved: values factors + offsets. */
export interface Normalized {
  readonly values: Tensor;
  /** Of the length of the last axis. */
  readonly factors: Tensor;
  readonly offsets: Tensor | null;
}

/**
 * The forward graph on its way into another graph: what has been carried over, in which layout, and what is left. Values change
 * their layout where a reader needs it, once: so no two reorderings ever meet.
 */
export class Site {
  readonly #plain = new Map<string, Tensor>();
  readonly #blocked = new Map<string, Tensor>();
  readonly #normalized = new Map<string, Normalized>();
  readonly #uses = new Map<string, Node[]>();
  readonly #producers = new Map<string, Node>();
  readonly #outputs: ReadonlySet<string>;
  readonly #done = new Set<Node>();

  constructor(
    readonly forward: Graph,
    readonly into: GraphBuilder,
    bound: ReadonlyMap<string, Tensor>,
    readonly threads: number,
    readonly provider: Provider,
  ) {
    for (const [name, tensor] of bound) this.#plain.set(name, tensor);
    for (const { name } of forward.inputs) if (!this.#plain.has(name)) this.#plain.set(name, into.tensor(name));
    for (const [name, constant] of forward.initializers) this.#plain.set(name, into.initializer(name, constant));
    for (const node of forward.nodes) for (const name of new Set(node.inputs)) {
      const readers = this.#uses.get(name);
      if (readers === undefined) this.#uses.set(name, [node]);
      else readers.push(node);
    }
    for (const node of forward.nodes) for (const name of node.outputs) this.#producers.set(name, node);
    this.#outputs = new Set(forward.outputs.map(({ name }) => name));
  }

  /** Channels a block. */
  get block(): number {
    return blockSizeOf(this.into);
  }

  /** Dimensions of a value of the forward graph; null where one of them is not known. */
  dims(name: string): readonly number[] | null {
    const shape = this.forward.values.get(name)?.shape ?? this.forward.initializers.get(name)?.dims ?? null;
    return shape !== null && shape.every((dim) => typeof dim === "number") ? (shape as readonly number[]) : null;
  }

  /** Whether the value has been carried over, in any layout. */
  has(name: string): boolean {
    return this.#plain.has(name) || this.#blocked.has(name) || this.#normalized.has(name);
  }

  /** Whether the value lies in blocks here. */
  isBlocked(name: string): boolean {
    return this.#blocked.has(name);
  }

  /** The value in ONNX's layout; null for an absent input. */
  plain(name: string): Tensor | null {
    if (name === "") return null;
    const known = this.#plain.get(name);
    if (known !== undefined) return known;
    const normalized = this.#normalized.get(name);
    if (normalized !== undefined) {
      const scaled = mul(normalized.values, normalized.factors);
      this.#plain.set(name, normalized.offsets === null ? scaled : add(scaled, normalized.offsets));
      return this.#plain.get(name)!;
    }
    const blocked = this.#blocked.get(name);
    if (blocked === undefined) return this.into.tensor(name);
    const made = reorderOutput(blocked, this.dims(name)![1]);
    this.#plain.set(name, made);
    return made;
  }

  /** The value, of known dimensions [N, C, H, W], in blocks, its channels filled up. */
  blocked(name: string): Tensor {
    const known = this.#blocked.get(name);
    if (known !== undefined) return known;
    const made = reorderInput(this.plain(name)!);
    this.#blocked.set(name, made);
    return made;
  }

  /** A vector with an element a channel, filled up with zeros to whole blocks. */
  channels(name: string): Tensor {
    const vector = this.plain(name)!;
    return padAfter(vector, 0, roundUp(vector.dims[0], this.block));
  }

  /** The node whose output this is; null for inputs and constants. */
  producer(name: string): Node | null {
    return this.#producers.get(name) ?? null;
  }

  /** What a layer norm's output is made of; null for other values. */
  normalized(name: string): Normalized | null {
    return this.#normalized.get(name) ?? null;
  }

  /** The only node that reads the value; null where there are several, or none, or the value is an output of the graph. */
  onlyReader(name: string): Node | null {
    const uses = this.#uses.get(name) ?? [];
    return uses.length === 1 && !this.#outputs.has(name) ? uses[0] : null;
  }

  /** Whether nothing reads the value. */
  isUnused(name: string): boolean {
    return name === "" || (!this.#uses.has(name) && !this.#outputs.has(name));
  }

  /** Gives a value of the forward graph its counterpart in blocks. */
  define(name: string, tensor: Tensor): void {
    this.#blocked.set(name, tensor);
  }

  /** Gives a value of the forward graph its counterpart in ONNX's layout. */
  definePlain(name: string, tensor: Tensor): void {
    this.#plain.set(name, tensor);
  }

  /** Gives a layer norm's output its counterpart before it is scaled and moved, which is done where a reader needs it. */
  defineNormalized(name: string, normalized: Normalized): void {
    this.#normalized.set(name, normalized);
  }

  /** Says that another node's lowering has taken this one in. */
  absorb(node: Node): void {
    this.#done.add(node);
  }

  isDone(node: Node): boolean {
    return this.#done.has(node);
  }

  /** Carries a node over as it stands. */
  copy(node: Node): void {
    const inputs = node.inputs.map((name) => this.plain(name));
    // names stay where they are free: bodies of Loop and If read outer values by name
    const free = node.outputs.every((name) => name === "" || this.into.isFree(name));
    const naming = free ? { outputNames: node.outputs } : { outputs: node.outputs.length };
    const tensors = this.into.ops(node.op, inputs, node.attributes, { domain: node.domain, ...naming });
    node.outputs.forEach((name, i) => name !== "" && this.#plain.set(name, tensors[i]));
  }
}

/** Rewrites a node in blocks and returns true, or returns false and leaves it alone. */
export type LoweringRule = (site: Site, node: Node) => boolean;
