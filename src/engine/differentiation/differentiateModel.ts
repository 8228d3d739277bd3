/** A model that computes its own gradients. */
import { DescentError } from "../../common/errors.js";
import { formatShape, type GraphBuilder, type Tensor } from "../graph/builder.js";
import { isStatic } from "../graph/shapes.js";
import { elementCount, isFloat } from "../graph/tensorData.js";
import type { Model, Node, Value } from "../graph/types.js";
import { upgradedOpset } from "../graph/upgradeOpset.js";
import { importModel } from "../onnx/importModel.js";
import { gradients } from "./gradients.js";

/** The version of the file format that came with the lowest operator set we write. */
const lowestIrVersion = 8;

export interface DifferentiateOptions {
  /** The output to differentiate; by default the first of one element. */
  readonly loss?: string;
  /** Initializers and float inputs to differentiate by; by default every float initializer. */
  readonly wrt?: readonly string[];
}

/**
 * The model with outputs `<name>_grad` (`<name>_grad_2` where the model has a tensor of that name) after its own: d loss / d name for each of `wrt`, in that order, of that tensor's shape; symbolic
 * dimensions stay. Models of operator sets before 18 are raised to 18. Throws `loss-not-found`, `loss-not-scalar`, `unknown-value`, `not-differentiable`,
 * `operator-without-gradient` and what reading a graph finds wrong.
 */
export function differentiateModel(model: Model, options: DifferentiateOptions = {}): Model {
  const current = withDropoutMasks(upgradedOpset(model));
  const graph = importModel(current);
  const outputs = current.graph.outputs.map(({ name }) => graph.tensor(name));
  const loss = options.loss === undefined ? firstLoss(outputs) : namedLoss(outputs, options.loss);
  const wrt = options.wrt === undefined ? floatInitializers(current, graph) : [...new Set(options.wrt)].map((name) => namedValue(graph, name));

  for (const output of outputs) graph.output(output);
  const taken = new Set<string>();
  gradients(loss, wrt).forEach((gradient, i) => {
    // a model that was differentiated before, or trained by another tool, may have such names inside
    const name = freeName(`${wrt[i].name}_grad`, (candidate) => graph.isFree(candidate) && !taken.has(candidate));
    taken.add(name);
    graph.output(gradient, name);
  });

  const built = graph.build(current.graph.name);
  // what the file says of its own inputs and outputs stays to the letter
  const gradientOutputs = built.outputs.slice(outputs.length).map(({ name, type }, i) => ({ name, type, shape: wrt[i].shape }));
  const defaults = [...current.graph.initializers].filter(([name]) => current.graph.inputs.some((input) => input.name === name));
  return {
    ...current,
    irVersion: Math.max(current.irVersion, lowestIrVersion),
    graph: {
      ...built,
      inputs: current.graph.inputs,
      outputs: [...current.graph.outputs.map((output, i) => withRightRank(output, outputs[i])), ...gradientOutputs],
      initializers: new Map([...built.initializers, ...defaults]),
    },
  };
}

/** The name, or with the first number behind it that makes it a free one. */
function freeName(name: string, isFree: (candidate: string) => boolean): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}_${n}`;
    if (isFree(candidate)) return candidate;
  }
}

/** Exporters guess at what loops give; a rank that is wrong would mislead the runtime about the gradients' nodes. */
function withRightRank(output: Value, { shape }: Tensor): Value {
  return shape !== null && output.shape !== null && shape.length !== output.shape.length ? { ...output, shape } : output;
}

function firstLoss(outputs: readonly Tensor[]): Tensor {
  const single = outputs.find((output) => isFloat(output.type) && isStatic(output.shape) && elementCount(output.shape) === 1);
  if (single !== undefined) return single;
  const listed = outputs.map((output) => `${output.name} ${formatShape(output.shape)}`).join(", ");
  throw new DescentError("loss-not-found", `No output of the model is a single number: ${listed}. Name the loss, or add it to the model.`);
}

function namedLoss(outputs: readonly Tensor[], name: string): Tensor {
  const loss = outputs.find((output) => output.name === name);
  if (loss === undefined) {
    throw new DescentError("loss-not-found", `The model has no output named ${name}. Its outputs: ${outputs.map((output) => output.name).join(", ")}.`);
  }
  return loss;
}

function floatInitializers(model: Model, graph: GraphBuilder): Tensor[] {
  return [...model.graph.initializers].filter(([, { type }]) => isFloat(type)).map(([name]) => graph.tensor(name));
}

function namedValue(graph: GraphBuilder, name: string): Tensor {
  if (!graph.has(name)) throw new DescentError("unknown-value", `The model has no tensor named ${name}.`);
  return graph.tensor(name);
}

/** Dropout in training form gives out its mask, which its gradient needs. */
function withDropoutMasks(model: Model): Model {
  const masked = (node: Node): Node =>
    node.op === "Dropout" && node.domain === "" && node.inputs.length === 3 && (node.outputs[1] ?? "") === "" ? { ...node, outputs: [node.outputs[0], `${node.outputs[0]}/mask`] } : node;
  return { ...model, graph: { ...model.graph, nodes: model.graph.nodes.map(masked) } };
}
