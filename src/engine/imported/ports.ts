/** Where data enter an imported model and where its outputs leave it: chosen by name or alone in question, and everything beside that path cut off. */
import { DescentError } from "../../common/errors.js";
import { nearestName } from "../../common/nearestName.js";
import { capturedNames, pruned } from "../graph/prune.js";
import { isFloat } from "../graph/tensorData.js";
import type { Graph, Value } from "../graph/types.js";

/** A graph with one input and one output. */
export interface Path {
  readonly graph: Graph;
  readonly input: Value;
  readonly output: string;
}

export interface PortNames {
  readonly input: string | null;
  readonly output: string | null;
}

/**
 * The part of the graph between one input and one output. Without names: the only input that the output needs, and the first output of a floating-point
 * type. Throws `unknown-input`, `unknown-output`, `several-inputs`, `no-input` and `no-output`, at the keys of the training file.
 */
export function pathThrough(graph: Graph, names: PortNames): Path {
  const output = names.output === null ? firstFloatOutput(graph) : knownValue(graph, names.output, "unknown-output", "model.output");
  const cut = pruned({ ...graph, inputs: [], outputs: [valueOf(graph, output)] });
  const needed = inputsOf(graph).filter(({ name }) => isRead(cut, name));
  const input = names.input === null ? onlyInput(graph, needed, output) : namedInput(graph, names.input);
  const others = needed.filter(({ name }) => name !== input.name);
  if (others.length > 0) {
    throw new DescentError("several-inputs", `${output} needs ${[input, ...others].map(({ name }) => name).join(", ")}, and the data give one input. Cut the model where one is enough (replace_after), or export it with one input.`, { path: "model.input" });
  }
  if (needed.length === 0) throw new DescentError("no-input", `${output} does not depend on the input ${input.name}: nothing of the data reaches it.`, { path: names.output === null ? "model.onnx" : "model.output" });
  return { graph: { ...cut, inputs: [input] }, input, output };
}

/** Inputs that have no value of their own in the file. */
function inputsOf(graph: Graph): readonly Value[] {
  return graph.inputs.filter(({ name }) => !graph.initializers.has(name));
}

function isRead(graph: Graph, name: string): boolean {
  return graph.outputs.some((output) => output.name === name) || graph.nodes.some((node) => node.inputs.includes(name) || capturedNames(node).includes(name));
}

function onlyInput(graph: Graph, needed: readonly Value[], output: string): Value {
  const inputs = inputsOf(graph);
  if (needed.length === 1) return needed[0];
  if (inputs.length === 0) throw new DescentError("no-input", "The model has no input.", { path: "model.onnx" });
  if (needed.length === 0) return inputs[0];
  throw new DescentError("several-inputs", `${output} needs ${needed.map(({ name }) => name).join(", ")}, and the data give one input. Cut the model where one is enough (replace_after), or export it with one input.`, { path: "model.onnx" });
}

function namedInput(graph: Graph, name: string): Value {
  const inputs = inputsOf(graph);
  const found = inputs.find((input) => input.name === name);
  if (found === undefined) throw unknownName("unknown-input", `The model has no input named ${name}.`, name, inputs.map((input) => input.name), "model.input");
  return found;
}

function firstFloatOutput(graph: Graph): string {
  const found = graph.outputs.find(({ type }) => isFloat(type));
  if (found === undefined) {
    const listed = graph.outputs.map(({ name, type }) => `${name} (${type})`).join(", ") || "none";
    throw new DescentError("no-output", `No output of the model is of a floating-point type, which training needs; its outputs: ${listed}.`, { path: "model.onnx" });
  }
  return found.name;
}

/** The name, where the graph makes a value of it. */
function knownValue(graph: Graph, name: string, code: string, path: string): string {
  const made = valueNames(graph);
  if (!made.includes(name)) throw unknownName(code, `The model has no output and no tensor named ${name}.`, name, [...graph.outputs.map((output) => output.name), ...made], path);
  return name;
}

/**
 * The value that `replace_after` names: a tensor, the first output of a node, or what a layer gives. Throws `unknown-tensor` with the nearest name.
 */
export function namedPlace(graph: Graph, layers: ReadonlyMap<string, string>, name: string): string {
  const values = valueNames(graph);
  if (values.includes(name)) return name;
  const node = graph.nodes.find((candidate) => candidate.name === name);
  const found = node?.outputs[0] ?? layers.get(name);
  if (found !== undefined) return found;
  throw unknownName("unknown-tensor", `The model has no tensor, node or layer named ${name}.`, name, [...layers.keys(), ...values, ...graph.nodes.map((candidate) => candidate.name)], "model.replace_after");
}

/** An error that names the nearest of the known names, or, where none is near, some of them. */
export function unknownName(code: string, message: string, name: string, known: readonly string[], path: string): DescentError {
  const nearest = nearestName(name, known);
  const different = [...new Set(known)];
  const shown = different.length > 12 ? `${different.slice(0, 12).join(", ")}, ...` : different.join(", ");
  return new DescentError(code, `${message} ${nearest === null ? `There are ${shown || "none"}.` : `Did you mean ${nearest}?`}`, { path });
}

function valueNames(graph: Graph): string[] {
  return graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== ""));
}

function valueOf(graph: Graph, name: string): Value {
  return graph.values.get(name) ?? { name, type: "float32", shape: null };
}
