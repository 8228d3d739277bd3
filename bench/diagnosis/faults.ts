/** Faults that are put into healthy training files: what is changed, and what a diagnosis has to name. */
import { RandomStream } from "../../src/engine/random/stream.js";
import type { Category } from "../../src/protocol/finding.js";
import type { Problem } from "./problems.js";
import { changedTable } from "./tables.js";
import { pick, type Layer, type Program } from "./programs.js";

/** What is wrong, and the places of the file that are right to point at. */
export interface Truth {
  readonly fault: string;
  readonly category: Category;
  readonly paths: readonly string[];
}

export interface Fault {
  readonly name: string;
  readonly category: Category;
  /** Counts as a fault whatever it costs here; all others only where the run gets measurably worse. */
  readonly certain?: boolean;
  /** Other categories that are right as well, with the places of the first: a rate too low for plain descent is either's fault. */
  readonly also?: readonly Category[];
  /** What faulty file and twin have in common that healthy files have not: few examples, say. */
  readonly prepare?: (program: Program, problem: Problem) => boolean;
  /** Puts it into a copy of a healthy file; null where it does not apply. Gives the places. */
  readonly inject: (program: Program, problem: Problem, random: RandomStream) => readonly string[] | null;
}

type Arguments = Record<string, unknown>;

/** A layer's one key and its arguments. */
function parts(layer: Layer): { kind: string; args: Arguments } {
  if (typeof layer === "string") return { kind: layer, args: {} };
  const [[kind, value]] = Object.entries(layer);
  const main: Readonly<Record<string, string>> = { dense: "units", lstm: "units", gru: "units", rnn: "units", conv2d: "filters", conv1d: "filters", dropout: "rate", max_pool: "size", reshape: "shape" };
  return { kind, args: typeof value === "object" && value !== null && !Array.isArray(value) ? { ...(value as Arguments) } : { [main[kind] ?? "value"]: value } };
}

const weighted = new Set(["dense", "conv1d", "conv2d", "lstm", "gru", "rnn"]);

/** Places of the model's weighted layers; the last makes the outputs. */
function weightedPlaces(program: Program): number[] {
  return program.model.flatMap((layer, index) => (weighted.has(parts(layer).kind) ? [index] : []));
}

/** Sets arguments of a layer; gives the path of the layer. */
function change(program: Program, index: number, args: Arguments): string {
  const { kind, args: old } = parts(program.model[index]);
  program.model[index] = { [kind]: { ...old, ...args } };
  return `model[${index}].${kind}`;
}

function outputPlace(program: Program): number {
  return weightedPlaces(program).at(-1)!;
}

/** Hidden layers that have an activation of their own choice. */
function activated(program: Program): number[] {
  return weightedPlaces(program).slice(0, -1).filter((index) => ["dense", "conv1d", "conv2d"].includes(parts(program.model[index]).kind));
}

function setOutput(program: Program, activation: string | null, units?: number): string {
  const index = outputPlace(program);
  const { args } = parts(program.model[index]);
  program.model[index] = { dense: { units: units ?? args.units, ...(activation === null ? {} : { activation }) } };
  return `model[${index}].dense.activation`;
}

function outputActivation(program: Program): string | null {
  return (parts(program.model[outputPlace(program)]).args.activation as string | undefined) ?? null;
}

function optimizerOf(program: Program): { kind: string; args: Record<string, number | boolean> } {
  const [[kind, args]] = Object.entries(program.optimizer);
  return { kind, args };
}

function setRate(program: Program, lr: number): string {
  const { kind, args } = optimizerOf(program);
  program.optimizer = { [kind]: { ...args, lr: Number(lr.toPrecision(3)) } };
  return `optimizer.${kind}.lr`;
}

const isClasses = ({ task }: Problem): boolean => task === "classes" || task === "binary";
const lossKind = (program: Program): string => (typeof program.loss === "string" ? program.loss : Object.keys(program.loss as Arguments)[0]);
const probabilities = (loss: string): unknown => ({ [loss]: { from: "probabilities" } });
/** Whether its examples are a file of rows. */
const readsTable = ({ data }: Program): boolean => typeof data.train === "string" && data.train.endsWith(".csv");
const every = (places: readonly string[]): readonly string[] => places;

/** Faults by category; recipes draw from each. */
export const faults: readonly Fault[] = [
  // activation
  { name: "softmax twice", category: "activation", certain: true, inject: (p) => (lossKind(p) === "cross_entropy" && outputActivation(p) === null && p.model.length > 0 ? ((p.loss = "cross_entropy"), [setOutput(p, "softmax")]) : null) },
  { name: "sigmoid twice", category: "activation", certain: true, inject: (p) => (lossKind(p) === "binary_cross_entropy" && outputActivation(p) === null ? [setOutput(p, "sigmoid")] : null) },
  { name: "softmax over one unit", category: "activation", certain: true, inject: (p, problem) => (problem.task === "binary" && lossKind(p) === "binary_cross_entropy" ? ((p.loss = probabilities("binary_cross_entropy")), [setOutput(p, "softmax", 1), ...every([`model[${outputPlace(p)}].dense.units`])]) : null) },
  { name: "no activation for probabilities", category: "activation", certain: true, inject: (p) => (["softmax", "sigmoid"].includes(outputActivation(p) ?? "") ? [setOutput(p, null)] : null) },
  { name: "relu for probabilities", category: "activation", certain: true, inject: (p) => (["softmax", "sigmoid"].includes(outputActivation(p) ?? "") ? [setOutput(p, "relu")] : null) },
  { name: "tanh for probabilities", category: "activation", certain: true, inject: (p) => (["softmax", "sigmoid"].includes(outputActivation(p) ?? "") ? [setOutput(p, "tanh")] : null) },
  { name: "relu on logits", category: "activation", inject: (p, problem) => (problem.task === "classes" && outputActivation(p) === null ? [setOutput(p, "relu")] : null) },
  { name: "sigmoid for several classes", category: "activation", inject: (p, problem) => (problem.task === "classes" && outputActivation(p) === "softmax" ? [setOutput(p, "sigmoid")] : null) },
  { name: "softmax for several labels", category: "activation", certain: true, inject: (p, problem) => (problem.task === "multi_label" && outputActivation(p) === "sigmoid" ? [setOutput(p, "softmax")] : null) },
  { name: "bounded output", category: "activation", inject: (p, problem, random) => (problem.task === "regression" ? [setOutput(p, pick(random, ["sigmoid", "tanh", "softmax"]))] : null) },
  { name: "relu output", category: "activation", inject: (p, problem) => (problem.task === "regression" ? [setOutput(p, "relu")] : null) },
  {
    name: "no activation in hidden layers", category: "activation",
    inject: (p, problem) => {
      const places = activated(p);
      if (!problem.bent || places.length === 0 || weightedPlaces(p).length !== places.length + 1) return null;
      return places.map((index) => `${change(p, index, { activation: "linear" })}.activation`);
    },
  },
  {
    name: "deep sigmoid stack", category: "activation",
    inject: (p, problem, random) => {
      if (problem.shape !== "table") return null;
      const output = p.model[outputPlace(p)];
      const begin = p.model[0] === "flatten" ? 1 : 0;
      const depth = 5 + random.below(3);
      const activation = "sigmoid";
      p.model = [...p.model.slice(0, begin), ...Array.from({ length: depth }, () => ({ dense: { units: problem.width[0], activation } })), output];
      return Array.from({ length: depth }, (_, i) => `model[${begin + i}].dense.activation`);
    },
  },
  { name: "softmax in a hidden layer", category: "activation", inject: (p) => { const places = activated(p); return places.length === 0 ? null : [`${change(p, places[places.length - 1], { activation: "softmax" })}.activation`]; } },

  // loss
  { name: "squared error for classes", category: "loss", inject: (p, problem) => (problem.task === "classes" ? ((p.loss = "mse"), ["loss"]) : null) },
  { name: "absolute error for classes", category: "loss", inject: (p, problem) => (isClasses(problem) && outputPlace(p) >= 0 && problem.task === "classes" ? ((p.loss = "mae"), ["loss"]) : null) },
  { name: "yes-or-no loss for several classes", category: "loss", inject: (p, problem) => (problem.task === "classes" && outputActivation(p) === "softmax" ? ((p.loss = probabilities("binary_cross_entropy")), ["loss"]) : null) },
  { name: "class loss for numbers", category: "loss", certain: true, inject: (p, problem, random) => (problem.task === "regression" && problem.shape === "table" ? ((p.data.task = "regression"), (p.loss = pick(random, ["binary_cross_entropy"])), ["loss"]) : null) },
  { name: "class loss for several labels", category: "loss", certain: true, inject: (p, problem) => (problem.task === "multi_label" ? ((p.loss = outputActivation(p) === null ? "cross_entropy" : probabilities("cross_entropy")), ["loss"]) : null) },
  { name: "hinge for classes", category: "loss", inject: (p, problem) => (isClasses(problem) && ["softmax", "sigmoid"].includes(outputActivation(p) ?? "") ? ((p.loss = "hinge"), ["loss"]) : null) },

  // learning rate
  { name: "rate too high", category: "learning_rate", inject: (p, _, random) => { const { kind, args } = optimizerOf(p); return [setRate(p, Number(args.lr) * (kind === "sgd" ? pick(random, [50, 100, 300]) : pick(random, [50, 100, 300, 1000])))]; } },
  { name: "rate too low", category: "learning_rate", inject: (p, _, random) => { const { args } = optimizerOf(p); return [setRate(p, Number(args.lr) / pick(random, [100, 300, 1000, 10000]))]; } },

  // epochs
  { name: "too few epochs", category: "epochs", inject: (p, _, random) => { p.training.epochs = pick(random, [1, 2, 3]); return ["training.epochs"]; } },

  // batch size
  { name: "batches too large", category: "batch_size", inject: (p, _, random) => { p.training.batch_size = pick(random, ["full", 512]); return ["training.batch_size"]; } },

  // optimizer
  { name: "plain descent", category: "optimizer", also: ["learning_rate"], inject: (p) => (optimizerOf(p).kind !== "sgd" ? ((p.optimizer = { sgd: { lr: 0.01 } }), ["optimizer", "optimizer.sgd", "optimizer.sgd.lr"]) : null) },
  { name: "steps of adagrad", category: "optimizer", also: ["learning_rate"], inject: (p) => ((p.optimizer = { adagrad: { lr: 0.001 } }), ["optimizer", "optimizer.adagrad", "optimizer.adagrad.lr"]) },
  { name: "momentum near 1", category: "optimizer", inject: (p, _, random) => (optimizerOf(p).kind === "sgd" ? ((p.optimizer = { sgd: { ...optimizerOf(p).args, momentum: pick(random, [0.99, 0.999]) } }), ["optimizer.sgd.momentum"]) : null) },
  { name: "epsilon far too large", category: "optimizer", inject: (p, _, random) => { const { kind, args } = optimizerOf(p); if (!["adam", "adamw", "nadam", "rmsprop"].includes(kind)) return null; p.optimizer = { [kind]: { ...args, epsilon: pick(random, [1, 10, 100]) } }; return [`optimizer.${kind}.epsilon`]; } },
  { name: "clipped to nothing", category: "optimizer", inject: (p) => (optimizerOf(p).kind === "sgd" ? ((p.training.clip = { norm: 1e-3 }), ["training.clip", "training.clip.norm"]) : null) },

  // initialisation
  { name: "zero weights", category: "initialisation", inject: (p) => weightedPlaces(p).map((index) => `${change(p, index, { init: "zeros" })}.init`) },
  { name: "constant weights", category: "initialisation", inject: (p, _, random) => { const init = pick<unknown>(random, ["ones", { constant: 0.5 }]); return weightedPlaces(p).map((index) => `${change(p, index, { init })}.init`); } },
  { name: "weights too large", category: "initialisation", inject: (p, _, random) => { const init = { normal: pick(random, [3, 5, 10]) }; return weightedPlaces(p).map((index) => `${change(p, index, { init })}.init`); } },
  { name: "weights too small", category: "initialisation", inject: (p) => { const places = weightedPlaces(p); return places.length < 3 ? null : places.map((index) => `${change(p, index, { init: { normal: 1e-6 } })}.init`); } },

  // architecture
  { name: "bottleneck", category: "architecture", inject: (p, problem, random) => { const index = outputPlace(p); if (problem.task !== "classes") return null; p.model.splice(index, 0, { dense: { units: pick(random, [1, 2]), activation: "relu" } }); return [`model[${index}].dense.units`]; } },
  { name: "too few units", category: "architecture", inject: (p, problem, random) => { const places = activated(p); if (!problem.bent || places.length === 0) return null; return places.map((index) => { const { kind } = parts(p.model[index]); return `${change(p, index, { [kind === "dense" ? "units" : "filters"]: pick(random, [1, 2]) })}.${kind === "dense" ? "units" : "filters"}`; }); } },
  { name: "no hidden layer", category: "architecture", inject: (p, problem) => { if (!problem.bent || problem.shape !== "table") return null; p.model = [p.model[outputPlace(p)]]; return ["model", "model[0]", "model[0].dense", "model[0].dense.units"]; } },
  { name: "too few outputs", category: "architecture", certain: true, inject: (p, problem) => { if (problem.task !== "classes") return null; const index = outputPlace(p); setOutput(p, outputActivation(p), 1); return [`model[${index}].dense.units`]; } },
  { name: "too many outputs", category: "architecture", inject: (p, problem) => { if (problem.task !== "regression") return null; const index = outputPlace(p); setOutput(p, outputActivation(p), 3); return [`model[${index}].dense.units`]; } },

  // regularization
  { name: "dropout too high", category: "regularization", inject: (p, _, random) => { const index = outputPlace(p); p.model.splice(index, 0, { dropout: pick(random, [0.9, 0.95, 0.98]) }); return [`model[${index}].dropout`]; } },
  { name: "penalty too strong", category: "regularization", inject: (p, _, random) => { const kind = pick(random, ["l1", "l2"]); p.regularization = { [kind]: pick(random, [0.1, 0.3, 1]) }; return [`regularization.${kind}`]; } },
  { name: "decay too strong", category: "regularization", inject: (p, _, random) => { const { kind, args } = optimizerOf(p); if (kind !== "adam" && kind !== "adamw") return null; p.optimizer = { adamw: { lr: Number(args.lr), weight_decay: pick(random, [10, 30, 100]) } }; return ["optimizer.adamw.weight_decay"]; } },

  // preprocessing
  { name: "inputs not scaled", category: "preprocessing", inject: (p) => { if (p.data.scaling === undefined) return null; delete p.data.scaling; return ["data.scaling"]; } },
  { name: "targets not scaled", category: "preprocessing", inject: (p) => { if (p.data.target_scaling === undefined) return null; delete p.data.target_scaling; return ["data.target_scaling"]; } },

  // data
  { name: "outliers", category: "preprocessing", inject: (p, problem) => (problem.shape === "table" && readsTable(p) ? ((p.data.train = changedTable(p.data.train as string, "outliers")), ["data", "data.train", "data.scaling", "data.inputs"]) : null) },

  // data
  { name: "labels of other examples", category: "data", certain: true, inject: (p) => (readsTable(p) ? ((p.data.train = changedTable(p.data.train as string, "mislabelled")), ["data", "data.train", "data.labels", "data.target"]) : null) },
  { name: "sorted and not shuffled", category: "data", inject: (p, problem) => (problem.task === "classes" && readsTable(p) ? ((p.data.sampling = "sequential"), (p.data.train = changedTable(p.data.train as string, "sorted")), (p.data.split = { validation: 0.2, test: 0 }), ["data.sampling"]) : null) },
  { name: "the answer among the inputs", category: "data", certain: true, inject: (p, problem) => (problem.shape === "table" && problem.task !== "multi_label" && readsTable(p) ? ((p.data.train = changedTable(p.data.train as string, "leaky")), ["data", "data.train", "data.inputs"]) : null) },
  { name: "validated on what it learns from", category: "data", certain: true, inject: (p) => (typeof p.data.train === "string" && p.data.labels === undefined && p.data.task !== "language_model" ? ((p.data.validation = p.data.train), delete p.data.split, ["data.validation", "data.split"]) : null) },

  // regularization by the number of examples
  {
    name: "learned by heart", category: "regularization", also: ["epochs", "architecture"],
    prepare: (p, problem) => {
      if (problem.shape !== "table" || !isClasses(problem) || activated(p).length === 0) return false;
      if (typeof p.data.train === "string") p.data.limit = Math.max(100, 15 * problem.outputs);
      else p.data.train = { ...(p.data.train as object), examples: 160, noise: 0.4 };
      p.data.split = { validation: 0.4, test: 0 };
      return true;
    },
    inject: (p) => {
      p.model = p.model.filter((layer) => parts(layer).kind !== "dropout");
      for (const place of activated(p)) change(p, place, { units: 128 });
      p.training.epochs = 8 * Number(p.training.epochs);
      return ["training.early_stopping", "training.epochs", "regularization", "model", ...activated(p).map((place) => `model[${place}].dense.units`)];
    },
  },
];
