/** Operators of ai.onnx.ml, as converters of scikit-learn write them, said in standard ones; what cannot be said stays for others to name. */
import { tensorOf } from "../graph/tensorData.js";
import type { Attribute, ConstantTensor, Graph, Node } from "../graph/types.js";

/** ONNX's domain of classical machine learning. */
export const mlDomain = "ai.onnx.ml";

/** Nodes in the place of one, and the constants that they read. */
interface Replacement {
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, ConstantTensor>;
}

/** The graph with the operators of ai.onnx.ml that are sums, products and choices in standard operators. Labels that a classifier gives beside its scores are left out. */
export function withStandardOperators(graph: Graph): Graph {
  if (!graph.nodes.some(({ domain }) => domain === mlDomain)) return graph;
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node) => {
    const replacement = node.domain === mlDomain ? replacementOf(node) : null;
    if (replacement === null) return [node];
    for (const [name, value] of replacement.constants) initializers.set(name, value);
    return replacement.nodes;
  });
  return { ...graph, nodes, initializers };
}

function replacementOf(node: Node): Replacement | null {
  const form = new Form(node);
  const x = node.inputs[0];
  switch (node.op) {
    case "Scaler": // (x - offset) scale
      form.op("Mul", [form.op("Sub", [x, form.vector("offset", form.floats("offset"))]), form.vector("scale", form.floats("scale"))], node.outputs[0]);
      return form;
    case "Normalizer":
      return normalizer(form);
    case "LinearRegressor":
      if (form.text("post_transform", "NONE") !== "NONE") return null;
      form.linear(x, node.outputs[0]);
      return form;
    case "LinearClassifier":
      return linearClassifier(form);
    case "ZipMap": // names beside the values, which stay
      form.op("Identity", [x], node.outputs[0]);
      return form;
    case "ArrayFeatureExtractor":
      form.op("Gather", [x, form.op("Reshape", [node.inputs[1], form.ints("flat", [-1])])], node.outputs[0], { axis: { kind: "int", value: -1 } });
      return form;
    case "FeatureVectorizer":
      form.op("Concat", node.inputs.map((input) => form.op("Cast", [input], undefined, { to: { kind: "int", value: 1 } })), node.outputs[0], { axis: { kind: "int", value: 1 } });
      return form;
    case "Binarizer":
      form.op("Cast", [form.op("Greater", [x, form.vector("threshold", [form.float("threshold", 0)])])], node.outputs[0], { to: { kind: "int", value: 1 } });
      return form;
    case "Imputer":
      return imputer(form);
    default:
      return null;
  }
}

/** x over its norm along the last axis. */
function normalizer(form: Form): Replacement | null {
  const { inputs: [x], outputs: [y] } = form.node;
  const reductions: Readonly<Record<string, string>> = { MAX: "ReduceMax", L1: "ReduceL1", L2: "ReduceL2" };
  const reduction = reductions[form.text("norm", "MAX")];
  if (reduction === undefined) return null;
  form.op("Div", [x, form.op(reduction, [x, form.ints("axes", [-1])], undefined, { keepdims: { kind: "int", value: 1 } })], y);
  return form;
}

/** Scores of every class; the labels are not given. */
function linearClassifier(form: Form): Replacement | null {
  const { inputs: [x], outputs: [, scores] } = form.node;
  const classes = Math.max(form.integers("classlabels_ints").length, form.words("classlabels_strings").length);
  const transform = form.text("post_transform", "NONE");
  const ends: Readonly<Record<string, string>> = { NONE: "Identity", SOFTMAX: "Softmax", LOGISTIC: "Sigmoid" };
  // one row of coefficients for two classes has rules of its own, and no converter writes it
  if (ends[transform] === undefined || form.floats("intercepts").length !== classes || (scores ?? "") === "") return null;
  form.op(ends[transform], [form.linear(x)], scores);
  return form;
}

/** Missing values, NaN or a number that stands for them, replaced column by column. */
function imputer(form: Form): Replacement | null {
  const { inputs: [x], outputs: [y] } = form.node;
  const values = form.floats("imputed_value_floats");
  if (values.length === 0) return null;
  const missing = form.float("replaced_value_float", 0);
  const isMissing = Number.isNaN(missing) ? form.op("IsNaN", [x]) : form.op("Equal", [x, form.vector("missing", [missing])]);
  form.op("Where", [isMissing, form.vector("value", values), x], y);
  return form;
}

/** Nodes in the place of one, its attributes at hand. Names begin with the node's. */
class Form implements Replacement {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, ConstantTensor>();

  constructor(readonly node: Node) {}

  /** One call; the name of what it gives. */
  op(op: string, inputs: readonly string[], output = `${this.node.name}/${op}`, attributes: Node["attributes"] = {}): string {
    this.nodes.push({ name: `${this.node.name}/${op}`, op, domain: "", inputs, outputs: [output], attributes });
    return output;
  }

  /** x W + b of `coefficients` and `intercepts`. */
  linear(x: string, output = `${this.node.name}/linear`): string {
    const coefficients = this.floats("coefficients");
    const intercepts = this.floats("intercepts");
    const rows = Math.max(intercepts.length, this.#int("targets", 1));
    const weight = this.#constant("weight", tensorOf("float32", [rows, coefficients.length / rows], coefficients));
    const bias = this.#constant("bias", tensorOf("float32", [rows], intercepts.length > 0 ? intercepts : new Array<number>(rows).fill(0)));
    return this.op("Gemm", [x, weight, bias], output, { transB: { kind: "int", value: 1 } });
  }

  vector(name: string, values: readonly number[]): string {
    return this.#constant(name, tensorOf("float32", [values.length], values));
  }

  ints(name: string, values: readonly number[]): string {
    return this.#constant(name, tensorOf("int64", [values.length], values));
  }

  floats(name: string): readonly number[] {
    return this.#attribute(name, "floats")?.value ?? [];
  }

  integers(name: string): readonly number[] {
    return this.#attribute(name, "ints")?.value ?? [];
  }

  words(name: string): readonly string[] {
    return this.#attribute(name, "strings")?.value ?? [];
  }

  float(name: string, fallback: number): number {
    return this.#attribute(name, "float")?.value ?? fallback;
  }

  text(name: string, fallback: string): string {
    return this.#attribute(name, "string")?.value ?? fallback;
  }

  #int(name: string, fallback: number): number {
    return this.#attribute(name, "int")?.value ?? fallback;
  }

  #attribute<K extends Attribute["kind"]>(name: string, kind: K): Extract<Attribute, { readonly kind: K }> | undefined {
    const found = this.node.attributes[name];
    return found?.kind === kind ? (found as Extract<Attribute, { readonly kind: K }>) : undefined;
  }

  #constant(name: string, value: ConstantTensor): string {
    const full = `${this.node.name}.${name}`;
    this.constants.set(full, value);
    return full;
  }
}
