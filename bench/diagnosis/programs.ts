/** Healthy training files, drawn at random: a model that suits the problem, the ways of writing it that are in use, settings that work. */
import { RandomStream } from "../../src/engine/random/stream.js";
import type { Problem } from "./problems.js";

/** A layer as a training file has it. */
export type Layer = string | Readonly<Record<string, unknown>>;

/** A training file as values, in the order in which its sections are written. */
export interface Program {
  data: Record<string, unknown>;
  model: Layer[];
  loss: unknown;
  optimizer: Record<string, Record<string, number | boolean>>;
  schedule?: unknown;
  regularization?: Record<string, unknown>;
  training: Record<string, unknown>;
  seed: number;
}

/** How a hidden layer is written: its activation, and what stands behind it. */
interface Style {
  readonly activation: string;
  readonly batchNorm: boolean;
  readonly dropout: number;
}

export function pick<T>(random: RandomStream, values: readonly T[]): T {
  return values[random.below(values.length)];
}

/** A number within a factor of sqrt(2) of `value`, with two digits. */
function about(random: RandomStream, value: number): number {
  return Number((value * 2 ** (random.uniform() - 0.5)).toPrecision(2));
}

/** A healthy file for a problem. `data`: its section, with what to read. */
export function healthyProgram(problem: Problem, data: Readonly<Record<string, unknown>>, random: RandomStream): Program {
  const scaling = pick(random, problem.scalings);
  const style: Style = {
    activation: pick(random, ["relu", "relu", "relu", "relu", "tanh", "elu", "leaky_relu", ...(problem.bent ? [] : ["sigmoid"])]),
    batchNorm: random.uniform() < 0.15,
    dropout: random.uniform() < 0.25 ? pick(random, [0.1, 0.2, 0.3]) : 0,
  };
  const { model, recurrent } = hidden(problem, style, random);
  const { layers, loss } = head(problem, random);
  const batch = pick(random, problem.epochs > 40 ? [16, 32] : [16, 32, 32, 64]);
  const { optimizer, epochs } = howToLearn(problem, style, recurrent, batch, random);
  return {
    data: { ...data, ...(scaling === "none" ? {} : { scaling }), ...(problem.targetScaling === undefined ? {} : { target_scaling: problem.targetScaling }) },
    model: [...model, ...layers],
    loss,
    optimizer,
    training: { epochs: Math.ceil((epochs * Math.max(batch, 16)) / 32), batch_size: batch, ...(recurrent ? { clip: { norm: 1 } } : {}) },
    seed: 0,
  };
}

function dense(units: number, style: Style): Layer[] {
  return [{ dense: { units, activation: style.activation } }, ...(style.batchNorm ? ["batch_norm"] : []), ...(style.dropout > 0 ? [{ dropout: style.dropout }] : [])];
}

function hidden(problem: Problem, style: Style, random: RandomStream): { model: Layer[]; recurrent: boolean } {
  const width = (): number => pick(random, problem.width);
  const layers = (most: number): number => 1 + random.below(most);
  if (problem.shape === "text") {
    const kind = pick(random, ["lstm", "gru"]);
    return { model: [{ embedding: { vocab: "auto", dim: 16 } }, { [kind]: { units: width(), return_sequences: true } }], recurrent: true };
  }
  if (problem.shape === "table") {
    const wide = width();
    const isImage = problem.data.labels !== undefined;
    return { model: [...(isImage ? ["flatten"] : []), ...Array.from({ length: Math.max(layers(3), problem.bent ? 2 : 1) }, (_, i) => dense(Math.max(Math.round(wide / 2 ** i), problem.width[0]), style)).flat()], recurrent: false };
  }
  const reshape = problem.reshape === undefined ? [] : [{ reshape: problem.reshape }];
  if (problem.shape === "image") {
    const filters = pick(random, [6, 8, 12]);
    const conv = (count: number): Layer[] => [{ conv2d: { filters: count, kernel: 3, padding: pick(random, ["same", "valid"]), activation: style.activation === "sigmoid" ? "relu" : style.activation } }, ...(style.batchNorm ? ["batch_norm"] : [])];
    const second = random.uniform() < 0.5 ? conv(2 * filters) : [];
    return { model: [...reshape, ...conv(filters), { max_pool: 2 }, ...second, "flatten", ...(random.uniform() < 0.6 ? dense(width(), style) : [])], recurrent: false };
  }
  const kind = pick(random, ["lstm", "gru", "conv1d"]);
  if (kind === "conv1d") {
    return { model: [...reshape, { conv1d: { filters: width(), kernel: 5, activation: "relu" } }, { max_pool: 2 }, "flatten", ...(random.uniform() < 0.5 ? dense(width(), style) : [])], recurrent: false };
  }
  return { model: [...reshape, { [kind]: width() }, ...(random.uniform() < 0.4 ? dense(width(), style) : [])], recurrent: true };
}

/** The outputs and their loss: from logits, or, as Keras' users write it, from probabilities. */
function head(problem: Problem, random: RandomStream): { layers: Layer[]; loss: unknown } {
  const keras = random.uniform() < 0.5;
  const probabilities = (loss: string): unknown => ({ [loss]: { from: "probabilities" } });
  const out = (units: number, activation: string): Layer => ({ dense: { units, activation } });
  switch (problem.task) {
    case "regression": return { layers: [{ dense: 1 }], loss: pick(random, ["mse", "mse", "mse", "mae", "huber"]) };
    case "multi_label": return keras ? { layers: [out(problem.outputs, "sigmoid")], loss: probabilities("binary_cross_entropy") } : { layers: [{ dense: problem.outputs }], loss: "binary_cross_entropy" };
    case "text": return { layers: [{ dense: problem.outputs }], loss: "cross_entropy" };
    case "binary":
    case "classes":
      if (problem.task === "binary" && random.uniform() < 0.7) return keras ? { layers: [out(1, "sigmoid")], loss: probabilities("binary_cross_entropy") } : { layers: [{ dense: 1 }], loss: "binary_cross_entropy" };
      return keras ? { layers: [out(problem.outputs, "softmax")], loss: probabilities("cross_entropy") } : { layers: [{ dense: problem.outputs }], loss: "cross_entropy" };
  }
}

function howToLearn(problem: Problem, style: Style, recurrent: boolean, batch: number, random: RandomStream): Pick<Program, "optimizer"> & { epochs: number } {
  // a batch of half the size takes a rate of 1 / sqrt(2)
  const rate = 1e-3 * problem.lr * Math.sqrt(batch / 32);
  // what slows learning takes more epochs
  const epochs = problem.epochs * (style.dropout > 0 ? 1.5 : 1) * (style.activation === "sigmoid" ? 2 : 1);
  const kinds = recurrent ? ["adam", "adam", "rmsprop"] : ["adam", "adam", "adam", "rmsprop", "adamw", "nadam", "sgd momentum", "sgd momentum", "sgd"];
  switch (pick(random, kinds)) {
    case "rmsprop": return { optimizer: { rmsprop: { lr: about(random, rate) } }, epochs };
    case "adamw": return { optimizer: { adamw: { lr: about(random, rate), weight_decay: 0.01 } }, epochs };
    case "nadam": return { optimizer: { nadam: { lr: about(random, rate) } }, epochs };
    case "sgd momentum": return { optimizer: { sgd: { lr: about(random, 8 * rate), momentum: 0.9 } }, epochs: 1.3 * epochs };
    case "sgd": return { optimizer: { sgd: { lr: about(random, Math.min(40 * rate, 0.2)) } }, epochs: 2 * epochs };
    default: return { optimizer: { adam: { lr: about(random, rate) } }, epochs };
  }
}
