/**
 * Sequences of tensors whose members are known while building, as exporters write them for `chunk` and `split`: taken apart into
 * operators on tensors. Sequences of other origin stay as they are.
 */
import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { axisOf } from "../graph/shapes.js";
import type { Node } from "../graph/types.js";
import { integersOf } from "../ops/shapeRules.js";

/** A tensor cut along an axis into parts of these sizes (one number: all alike); null for single slices without the axis. */
interface Parts {
  readonly x: Tensor;
  readonly axis: number;
  readonly sizes: readonly number[] | number | null;
}

/** Follows sequences through the nodes of a model as they are imported. */
export class KnownSequences {
  readonly #parts = new Map<string, Parts>();
  readonly #members = new Map<string, readonly string[]>();

  constructor(readonly builder: GraphBuilder) {}

  /** True where the node makes or reads a sequence that is known, and is dealt with by that. */
  takes(node: Node): boolean {
    if (node.domain !== "") return false;
    switch (node.op) {
      case "SplitToSequence":
        return this.#split(node);
      case "SequenceConstruct":
        this.#members.set(node.outputs[0], node.inputs);
        return true;
      case "SequenceAt":
        return this.#at(node);
      case "ConcatFromSequence":
        return this.#concat(node);
      default:
        return false;
    }
  }

  #split(node: Node): boolean {
    const x = this.builder.tensor(node.inputs[0]);
    if (x.shape === null) return false;
    const axis = axisOf(node.attributes.axis?.kind === "int" ? node.attributes.axis.value : 0, x.rank);
    const given = (node.inputs[1] ?? "") === "" ? null : this.builder.tensor(node.inputs[1]);
    const known = integersOf(given);
    if (given !== null && known === null) return false;
    const keeps = node.attributes.keepdims?.kind !== "int" || node.attributes.keepdims.value === 1;
    this.#parts.set(node.outputs[0], { x, axis, sizes: known === null ? (keeps ? 1 : null) : given?.rank === 0 ? known[0] : known });
    return true;
  }

  #at(node: Node): boolean {
    const position = integersOf(this.builder.tensor(node.inputs[1]))?.[0];
    if (position === undefined) return false;
    const options = { outputNames: [node.outputs[0]] };
    const members = this.#members.get(node.inputs[0]);
    if (members !== undefined) {
      this.builder.op("Identity", [this.builder.tensor(members.at(position) ?? "")], {}, options);
      return true;
    }
    const parts = this.#parts.get(node.inputs[0]);
    if (parts === undefined) return false;
    const { x, axis, sizes } = parts;
    const g = this.builder;
    if (sizes === null) {
      g.op("Gather", [x, g.scalar(position, "int64")], { axis }, options);
      return true;
    }
    const size = x.shape?.[axis];
    if (position < 0 && typeof sizes === "number" && typeof size !== "number") return false;
    const count = typeof sizes === "number" ? Math.ceil(Number(size) / sizes) : sizes.length;
    const place = position < 0 ? position + count : position;
    const start = typeof sizes === "number" ? place * sizes : sizes.slice(0, place).reduce((a, b) => a + b, 0);
    const end = start + (typeof sizes === "number" ? sizes : sizes[place]);
    g.op("Slice", [x, g.ints([start]), g.ints([end]), g.ints([axis])], {}, options);
    return true;
  }

  #concat(node: Node): boolean {
    const members = this.#members.get(node.inputs[0]);
    if (members === undefined) return false;
    const axis = node.attributes.axis?.kind === "int" ? node.attributes.axis.value : 0;
    const tensors = members.map((name) => this.builder.tensor(name));
    const stacks = node.attributes.new_axis?.kind === "int" && node.attributes.new_axis.value === 1;
    const rows = stacks ? tensors.map((x) => this.builder.op("Unsqueeze", [x, this.builder.ints([axis])])) : tensors;
    this.builder.op("Concat", rows, { axis }, { outputNames: [node.outputs[0]] });
    return true;
  }
}
