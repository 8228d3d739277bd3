/** What the nodes of a model, or of one of its subgraphs, see while they are taken into a graph under construction. */
import { DescentError } from "../../common/errors.js";
import { subgraph, type GraphBuilder, type Tensor } from "../graph/builder.js";
import { withRenamedSubgraphs } from "../graph/inlineGraph.js";
import { numbersOf } from "../graph/tensorData.js";
import type { Attribute, Graph, Node, Value } from "../graph/types.js";
import { giveOut } from "../ops/subgraphs.js";
import { isFused, unfused } from "./fusedOperators.js";
import { sequenceOperators } from "./sequenceOperators.js";
import { loopOverSequences } from "./sequenceLoops.js";
import { isTensor, type ImportedValue, type Scope } from "./importedValues.js";

/** Names in reach: those of the model itself keep theirs, those of subgraphs that are taken apart get fresh ones. */
export class ImportScope implements Scope {
  readonly #values = new Map<string, ImportedValue>();

  constructor(
    readonly builder: GraphBuilder,
    /** What the file says of its values. */
    readonly known: ReadonlyMap<string, Value>,
    readonly outer: ImportScope | null = null,
  ) {}

  /** The scope of a subgraph whose nodes go into `builder`: this scope's, or a graph within it. Its inputs are bound by the caller. */
  within(graph: Graph, builder = this.builder): ImportScope {
    const scope = new ImportScope(builder, graph.values, this);
    for (const [name, value] of graph.initializers) scope.bind(name, builder.initializer(builder.uniqueName(name), value));
    return scope;
  }

  #bound(name: string): ImportedValue | undefined {
    return this.#values.get(name) ?? (this.outer === null ? undefined : this.outer.#bound(name));
  }

  /** Throws `unknown-value`. */
  value(name: string): ImportedValue {
    return this.#bound(name) ?? this.builder.tensor(name);
  }

  isSequence(name: string): boolean {
    const bound = this.#bound(name);
    return bound !== undefined && !isTensor(bound);
  }

  /** What a name stands for from here on; tensors of the model itself come under that name. */
  bind(name: string, value: ImportedValue): void {
    if (name === "") return;
    if (this.outer === null && isTensor(value)) this.builder.op("Identity", [value], {}, { outputNames: [name] });
    else this.#values.set(name, value);
  }

  take(nodes: readonly Node[]): void {
    for (const node of nodes) this.#take(node);
  }

  /** What the nodes of a subgraph give for its outputs, put here; its inputs are these. */
  inlined(graph: Graph, inputs: readonly ImportedValue[] = [], builder = this.builder): ImportedValue[] {
    const scope = this.within(graph, builder);
    graph.inputs.forEach(({ name }, i) => scope.bind(name, inputs[i]));
    scope.take(graph.nodes);
    return graph.outputs.map(({ name }) => scope.value(name));
  }

  #take(node: Node): void {
    const missing = node.inputs.find((name) => name !== "" && this.#bound(name) === undefined && !this.builder.has(name));
    if (missing !== undefined) throw new DescentError("unknown-value", `The graph has no value named ${missing}, which the node ${node.name} (${node.op}) reads: the file was edited, or its nodes are out of order. Export it again.`);
    const branch = this.#knownBranch(node);
    const results =
      branch !== null ? this.inlined(branch)
      : node.domain === "" && node.op === "Identity" && this.isSequence(node.inputs[0]) ? [this.value(node.inputs[0])]
      : node.domain === "" && node.op in sequenceOperators ? sequenceOperators[node.op](this, node)
      : isFused(node) ? unfused(this, node)
      : this.#readsSequences(node) ? this.#withoutSequences(node)
      : null;
    if (results === null) this.#append(node);
    else results.forEach((value, i) => {
      if (value !== null) this.bind(node.outputs[i] ?? "", value);
    });
  }

  /** The branch of an If whose condition is known while building: exporters write such, asking for ranks and sizes. */
  #knownBranch(node: Node): Graph | null {
    if (node.domain !== "" || node.op !== "If") return null;
    const condition = this.value(node.inputs[0]);
    if (!isTensor(condition) || condition.constant === null) return null;
    const branch = node.attributes[numbersOf(condition.constant)[0] === 0 ? "else_branch" : "then_branch"];
    return branch?.kind === "graph" ? branch.value : null;
  }

  /** Whether a node's subgraphs work on sequences, or read them from around. */
  #readsSequences(node: Node): boolean {
    const within = (graph: Graph): boolean =>
      graph.nodes.some(
        (inner) =>
          (inner.domain === "" && inner.op in sequenceOperators) || inner.inputs.some((name) => name !== "" && this.isSequence(name)) || subgraphsOf(inner).some(within),
      );
    return subgraphsOf(node).some(within);
  }

  /** A node with subgraphs, these taken into graphs of their own. */
  #withoutSequences(node: Node): readonly ImportedValue[] {
    if (node.op === "Loop") return loopOverSequences(this, node);
    const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => [name, attribute.kind === "graph" ? subgraph(this.rebuilt(attribute.value)) : attribute]);
    const inputs = node.inputs.map((name) => (name === "" ? null : this.tensor(name)));
    return this.builder.ops(node.op, inputs, Object.fromEntries(attributes), { outputs: node.outputs.length, domain: node.domain });
  }

  /** A subgraph as a graph within this one, sequences taken apart. */
  rebuilt(graph: Graph): Graph {
    const builder = this.builder.child();
    const inputs = graph.inputs.map(({ name, type, shape }) => builder.input(builder.uniqueName(name), type, shape));
    for (const value of this.inlined(graph, inputs, builder)) giveOut(builder, value as Tensor);
    return builder.build(builder.uniqueName(graph.name));
  }

  /** A value that is a tensor; throws `unknown-value` for a sequence. */
  tensor(name: string): Tensor {
    const value = this.value(name);
    return isTensor(value) ? value : this.builder.tensor(name);
  }

  #append(node: Node): void {
    const { builder } = this;
    if (this.outer === null) {
      for (const graph of subgraphsOf(node)) builder.reserve(namesWithin(graph));
      builder.append(node, this.known);
      return;
    }
    const outputs = node.outputs.map((name) => (name === "" ? "" : builder.uniqueName(name)));
    const inputs = node.inputs.map((name) => (name === "" ? "" : this.tensor(name).name));
    const attributes = withRenamedSubgraphs(node.attributes, (name) => {
      const value = this.#bound(name);
      return value !== undefined && isTensor(value) ? value.name : undefined;
    });
    const made = builder.take({ ...node, inputs, outputs, attributes }, node.outputs, this.known);
    node.outputs.forEach((name, i) => this.bind(name, made[i]));
  }
}

function subgraphsOf(node: Node): Graph[] {
  return Object.values(node.attributes).flatMap((attribute) => (attribute.kind === "graph" ? [attribute.value] : []));
}

function namesWithin(graph: Graph): string[] {
  const inner = graph.nodes.flatMap((node) => subgraphsOf(node).flatMap(namesWithin));
  return [...graph.inputs.map((value) => value.name), ...graph.initializers.keys(), ...graph.nodes.flatMap((node) => node.outputs), ...inner];
}
