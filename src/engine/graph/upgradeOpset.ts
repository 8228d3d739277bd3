/** Brings models of older operator sets to the one from which our rules are written. */
import { DescentError } from "../../common/errors.js";
import { tensorOf } from "./tensorData.js";
import type { Attribute, ConstantTensor, Graph, Model, Node } from "./types.js";

/** The oldest operator set that gradient rules emit. */
export const lowestOpset = 18;

/** The newest that ONNX Runtime 1.30 knows. */
const newestOpset = 26;

/** Before this one, broadcasting was written by attributes. */
const oldestOpset = 7;

/** What replaces a node: nodes, and constants that they read. */
interface Replacement {
  readonly nodes: readonly Node[];
  readonly constants?: ReadonlyMap<string, ConstantTensor>;
}

/**
 * The model in operator set 18 at least; newer ones stay as they are. Inputs moved from attributes to tensors between the sets; results
 * are the same; the version of the file format stays for the caller to raise. Throws `opset-too-new` above 26, `opset-too-old` below 7, and for the few operators whose meaning changed, naming the node.
 */
export function upgradedOpset(model: Model): Model {
  const version = model.opsets.get("") ?? lowestOpset;
  if (version > newestOpset) throw new DescentError("opset-too-new", `The model is written in ONNX operator set ${version}; the runtime knows ${newestOpset} and older. Export it for an older one (opset_version), or convert it with onnx.version_converter.`);
  if (version >= lowestOpset) return model;
  if (version < oldestOpset) {
    throw new DescentError("opset-too-old", `The model is written in ONNX operator set ${version}; ${oldestOpset} and newer are supported. Export it again, or convert it with onnx.version_converter.`);
  }
  return { ...model, graph: upgradedGraph(model.graph, version), opsets: new Map(model.opsets).set("", lowestOpset) };
}

/**
 * The model in this operator set at least, 18 to 20. Between them two operators were spelt anew, GridSample's modes and DFT's axis;
 * all others mean what they meant.
 */
export function raisedOpset(model: Model, to: 18 | 19 | 20): Model {
  const version = model.opsets.get("") ?? lowestOpset;
  if (version >= to) return model;
  const opsets = new Map(model.opsets).set("", to);
  return to < 20 ? { ...model, opsets } : { ...model, graph: respelt(model.graph), opsets };
}

const gridModes: Readonly<Record<string, string>> = { bilinear: "linear", bicubic: "cubic" };

function respelt(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node): Node => {
    const attributes = Object.fromEntries(Object.entries(node.attributes).map(([name, a]): [string, Attribute] => [name, a.kind === "graph" ? { kind: "graph", value: respelt(a.value) } : a]));
    const { mode, axis } = attributes;
    if (node.op === "GridSample") return { ...node, attributes: { ...attributes, mode: { kind: "string", value: mode?.kind === "string" ? (gridModes[mode.value] ?? mode.value) : "linear" } } };
    if (node.op !== "DFT") return { ...node, attributes };
    const name = `${node.outputs[0]}/axis`;
    initializers.set(name, tensorOf("int64", [], [axis?.kind === "int" ? axis.value : 1]));
    return withoutAttribute({ ...node, inputs: [node.inputs[0], node.inputs[1] ?? "", name], attributes }, "axis");
  });
  return { ...graph, nodes, initializers };
}

function upgradedGraph(graph: Graph, version: number): Graph {
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const { nodes: replacing, constants } = upgraded(withUpgradedSubgraphs(node, version), version);
    nodes.push(...replacing);
    for (const [name, value] of constants ?? []) initializers.set(name, value);
  }
  return { ...graph, nodes, initializers };
}

function withUpgradedSubgraphs(node: Node, version: number): Node {
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => [
    name,
    attribute.kind === "graph" ? { kind: "graph", value: upgradedGraph(attribute.value, version) } : attribute,
  ]);
  return { ...node, attributes: Object.fromEntries(attributes) };
}

/** Reductions whose axes became an input with operator set 18; ReduceSum's did with 13. */
const reductions = ["ReduceMax", "ReduceMin", "ReduceMean", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"];

function upgraded(node: Node, version: number): Replacement {
  if (node.domain !== "") return { nodes: [node] };
  const before = (changed: number): boolean => version < changed;
  if (reductions.includes(node.op)) return moved(node, ["axes"]);
  switch (node.op) {
    case "ReduceSum":
    case "Squeeze":
    case "Unsqueeze":
      return before(13) ? moved(node, ["axes"]) : { nodes: [node] };
    case "Split":
      return before(13) && node.attributes.split !== undefined ? moved(node, ["split"]) : { nodes: [node.inputs.length > 1 ? node : withAttribute(node, "num_outputs", node.outputs.length)] };
    case "Pad":
      return before(11) ? moved(node, ["pads", "value"]) : { nodes: [node] };
    case "Clip":
      return before(11) ? moved(node, ["min", "max"]) : { nodes: [node] };
    case "Slice":
      return before(10) ? moved(node, ["starts", "ends", "axes"]) : { nodes: [node] };
    case "Dropout":
      // training was not said: at inference it is the identity
      return before(12) ? moved(withoutAttribute(node, "is_test"), ["ratio"]) : { nodes: [node] };
    case "Softmax":
    case "LogSoftmax":
      return before(13) ? softmaxOfMatrix(node) : { nodes: [node] };
    case "BatchNormalization":
      return { nodes: [before(14) ? batchNormalization(node, version) : node] };
    case "Upsample":
      return asymmetricResize(before(9) ? moved(node, ["scales"]) : { nodes: [node] });
    case "Resize":
      return before(11) ? asymmetricResize({ nodes: [node] }) : { nodes: [node] };
    case "Scatter":
      return { nodes: [{ ...node, op: "ScatterElements" }] };
    case "TopK":
      return before(10) ? moved(node, ["k"]) : { nodes: [node] };
    case "Scan":
      if (before(9)) throw changedMeaning(node, version);
      return { nodes: [node] };
    case "RoiAlign":
      return { nodes: [before(16) ? withAttribute(node, "coordinate_transformation_mode", "output_half_pixel") : node] };
    default:
      return { nodes: [node] };
  }
}

/** Resize, or Upsample, as it was: places by the ratio of the sizes alone, rounded down. */
function asymmetricResize({ nodes: [node], constants }: Replacement): Replacement {
  const attributes: Node["attributes"] = {
    mode: node.attributes.mode ?? { kind: "string", value: "nearest" },
    coordinate_transformation_mode: { kind: "string", value: "asymmetric" },
    nearest_mode: { kind: "string", value: "floor" },
  };
  const [x, scales] = node.inputs;
  return { nodes: [{ ...node, op: "Resize", inputs: [x, "", scales], attributes }], constants };
}

function changedMeaning(node: Node, version: number): DescentError {
  return new DescentError("opset-too-old", `The operator ${node.op} (node ${node.name}) of operator set ${version} meant something else than today. Export the model again with operator set 13 or newer.`);
}

/** Whether a batch's own statistics are used was told by the outputs: running mean and variance, then the batch's, which no exporter uses. */
function batchNormalization(node: Node, version: number): Node {
  const own = withoutAttribute(node, "spatial");
  if (node.outputs.filter((name) => name !== "").length === 1) return own;
  if (version < 9) throw changedMeaning(node, version);
  return withAttribute({ ...own, outputs: node.outputs.slice(0, 3) }, "training_mode", 1);
}

/** Attributes as inputs, in this order after the first input. */
function moved(node: Node, names: readonly string[]): Replacement {
  if (names.every((name) => node.attributes[name] === undefined)) return { nodes: [node] };
  const constants = new Map<string, ConstantTensor>();
  const inputs = names.map((name) => {
    const attribute = node.attributes[name];
    if (attribute === undefined) return "";
    const constant = `${node.outputs[0]}/${name}`;
    constants.set(constant, constantOf(attribute, node));
    return constant;
  });
  while (inputs.at(-1) === "") inputs.pop();
  return { nodes: [names.reduce(withoutAttribute, { ...node, inputs: [node.inputs[0], ...inputs] })], constants };
}

function constantOf(attribute: Attribute, node: Node): ConstantTensor {
  if (attribute.kind === "ints") return tensorOf("int64", [attribute.value.length], attribute.value);
  if (attribute.kind === "floats") return tensorOf("float32", [attribute.value.length], attribute.value);
  if (attribute.kind === "int") return tensorOf("int64", [1], [attribute.value]);
  if (attribute.kind === "float") return tensorOf("float32", [], [attribute.value]);
  throw new DescentError("operator-attribute", `The operator ${node.op} (node ${node.name}) has an attribute of the kind ${attribute.kind} where numbers belong.`);
}

/** Before operator set 13 the softmax ran over all dimensions from the axis on, taken as one. */
function softmaxOfMatrix(node: Node): Replacement {
  const axis = node.attributes.axis?.kind === "int" ? node.attributes.axis.value : 1;
  const [x, y] = [node.inputs[0], node.outputs[0]];
  const make = (op: string, inputs: readonly string[], output: string, attributes: Node["attributes"] = {}): Node => ({
    name: `${node.name}/${op}`, op, domain: "", inputs, outputs: [output], attributes,
  });
  return {
    nodes: [
      make("Flatten", [x], `${y}/matrix`, { axis: { kind: "int", value: axis } }),
      { ...node, inputs: [`${y}/matrix`], outputs: [`${y}/result`], attributes: { axis: { kind: "int", value: 1 } } },
      make("Shape", [x], `${y}/shape`),
      make("Reshape", [`${y}/result`, `${y}/shape`], y),
    ],
  };
}

function withAttribute(node: Node, name: string, value: number | string): Node {
  if (node.attributes[name] !== undefined) return node;
  const attribute: Attribute = typeof value === "number" ? { kind: "int", value } : { kind: "string", value };
  return { ...node, attributes: { ...node.attributes, [name]: attribute } };
}

function withoutAttribute(node: Node, name: string): Node {
  const { [name]: _, ...attributes } = node.attributes;
  return { ...node, attributes };
}
