/**
 * Programs as they stand in questions of beginners, written as training files: each as it was asked about and as it was mended, with
 * what the answers name. They belong to tuning.
 */
import fs from "node:fs";
import path from "node:path";
import { RandomStream } from "../../src/engine/random/stream.js";
import type { Category } from "../../src/protocol/finding.js";
import type { Truth } from "./faults.js";
import { tablesFolder } from "./tables.js";

export interface Classic {
  readonly name: string;
  readonly truths: readonly Truth[];
  readonly faulty: string;
  readonly fixed: string;
}

/** A program: its parts, what was wrong in them, and what is right about naming what. */
interface Question {
  readonly name: string;
  readonly data: string;
  readonly model: string;
  readonly loss: string;
  readonly optimizer?: string;
  readonly training: string;
  /** What the answer changed. */
  readonly fix: Partial<Pick<Question, "data" | "model" | "loss" | "optimizer" | "training">>;
  readonly right: readonly (readonly [category: Category, ...paths: string[]])[];
}

/** A table of made-up rows, written once. */
function tableFile(name: string, columns: readonly string[], count: number, row: (random: RandomStream, index: number) => readonly (number | string)[]): string {
  const file = path.join(tablesFolder, `${name}.csv`);
  if (fs.existsSync(file) && fs.readFileSync(file, "utf8").startsWith(`${columns.join(",")}\n`)) return file;
  const random = new RandomStream(3, `classics/${name}`);
  fs.mkdirSync(tablesFolder, { recursive: true });
  fs.writeFileSync(file, [columns.join(","), ...Array.from({ length: count }, (_, index) => row(random, index).join(","))].join("\n") + "\n");
  return file;
}

const digits = (value: number): number => Number(value.toPrecision(5));

function tables() {
  return {
    // eight measurements of unlike size, yes or no with a third of noise: about 78 % can be right
    patients: tableFile("patients", ["pregnancies", "glucose", "pressure", "skin", "insulin", "bmi", "pedigree", "age", "outcome"], 768, (random) => {
      const x = [random.below(12), 120 + 30 * random.normal(), 70 + 12 * random.normal(), 20 + 10 * random.normal(), Math.max(0, 80 + 100 * random.normal()), 32 + 7 * random.normal(), 0.47 + 0.3 * random.uniform(), 21 + 40 * random.uniform() ** 2];
      const score = 0.035 * (x[1] - 128) + 0.09 * (x[5] - 33) + 0.12 * (x[0] - 5) + 0.02 * (x[7] - 35) + 0.9 * random.normal() - 0.6;
      return [...x.map(digits), score > 0 ? 1 : 0];
    }),
    sine: tableFile("sine", ["x", "y"], 1000, (random) => { const x = 20 * random.uniform() - 10; return [digits(x), digits(Math.sin(x / 2) + 0.05 * random.normal())]; }),
    square: tableFile("square", ["x", "y"], 600, (random) => { const x = 20 * random.uniform() - 10; return [digits(x), digits(x * x)]; }),
    line: tableFile("line", ["x", "y"], 200, (_, index) => [index, 2 * index - 1]),
    products: tableFile("products", ["a", "b", "product"], 1000, (random) => { const [a, b] = [random.below(50), random.below(50)]; return [a, b, a * b]; }),
    prices: tableFile("prices", ["area", "rooms", "age", "crime", "tax", "price"], 500, (random) => {
      const x = [50 + 200 * random.uniform(), 2 + random.below(6), 60 * random.uniform(), random.uniform() ** 3 * 80, 200 + 500 * random.uniform()];
      return [...x.map(digits), Math.round(1800 * x[0] + 9000 * x[1] - 900 * x[2] - 600 * x[3] - 60 * x[4] + 9000 * random.normal() + 60000)];
    }),
    churn: tableFile("churn", ["score", "age", "tenure", "balance", "products", "active", "salary", "exited"], 1200, (random) => {
      const x = [350 + 500 * random.uniform(), 18 + 60 * random.uniform(), random.below(11), random.uniform() < 0.3 ? 0 : 120000 * random.uniform() + 40000, 1 + random.below(3), random.below(2), 10000 + 180000 * random.uniform()];
      return [...x.map(digits), 0.09 * (x[1] - 45) - 1.2 * x[5] + 0.9 * (x[4] - 2) + (x[3] > 90000 ? 1 : 0) + 0.7 * random.normal() > 0 ? 1 : 0];
    }),
    stock: tableFile("stock", [...Array.from({ length: 15 }, (_, i) => `day${i}`), "next"], 600, (random) => {
      let price = 400 + 400 * random.uniform();
      const drift = 6 * random.uniform() - 3;
      return Array.from({ length: 16 }, () => digits((price += drift + 2 * random.normal())));
    }),
    parity: tableFile("parity", ["b0", "b1", "b2", "b3", "odd"], 400, (random) => { const bits = Array.from({ length: 4 }, () => random.below(2)); return [...bits, bits.reduce((a, b) => a + b, 0) % 2]; }),
    movies: tableFile("movies", [...Array.from({ length: 20 }, (_, i) => `x${i}`), ...Array.from({ length: 5 }, (_, i) => `genre${i}`)], 900, (random) => {
      const x = Array.from({ length: 20 }, () => digits(random.normal()));
      return [...x, ...Array.from({ length: 5 }, (_, l) => (x[l] + x[l + 5] - 0.7 * x[l + 10] > 0.3 ? 1 : 0))];
    }),
    rings: tableFile("rings", ["east", "north", "ring"], 900, (random, index) => { const [r, a] = [(index % 3) + 0.5 + 0.12 * random.normal(), 6.2832 * random.uniform()]; return [digits(r * Math.cos(a)), digits(r * Math.sin(a)), (index % 3) + 1]; }),
  };
}

/** Every program of the collection. `root`: the product's folder. */
export function classics(root: string): readonly Classic[] {
  const { patients, sine, square, line, products, prices, churn, stock, parity, movies, rings } = tables();
  const digitsFile = path.join(root, "examples", "data", "digits.csv");
  const images = `train: ${path.join(root, "examples", "data", "t10k-images-idx3-ubyte.gz")}, labels: ${path.join(root, "examples", "data", "t10k-labels-idx1-ubyte.gz")}, limit: 2000`;
  const iris = path.join(root, "bench", "diagnosis", "data", "iris.csv");
  const xor = "{ train: { inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [0, 1, 1, 0] }, split: { validation: 0, test: 0 } }";
  const bce = "{ binary_cross_entropy: { from: probabilities } }";
  const cce = "{ cross_entropy: { from: probabilities } }";
  const d = (units: number, activation = "relu"): string => (activation === "" ? `{ dense: ${units} }` : `{ dense: { units: ${units}, activation: ${activation} } }`);
  const conv = (filters: number, kernel = 3): string => `{ conv2d: { filters: ${filters}, kernel: ${kernel}, activation: relu } }`;
  const cnn = (last: string): string => `[${conv(8)}, { max_pool: 2 }, flatten, ${d(32)}, ${last}]`;
  const questions: readonly Question[] = [
    { name: "xor, ten epochs", data: xor, model: `[${d(8)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 10, batch_size: 1 }", fix: { training: "{ epochs: 300, batch_size: 1 }" }, right: [["epochs", "training.epochs"]] },
    { name: "xor, plain descent", data: xor, model: `[${d(8, "tanh")}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 100, batch_size: 4 }", fix: { optimizer: "{ sgd: { lr: 1 } }", training: "{ epochs: 1000, batch_size: 4 }" }, right: [["learning_rate", "optimizer.sgd.lr"], ["epochs", "training.epochs"], ["optimizer", "optimizer"]] },
    { name: "xor by squared error and relu output", data: xor, model: `[${d(4)}, ${d(1, "relu")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.1 } }", training: "{ epochs: 500, batch_size: 4 }", fix: { model: `[${d(8, "tanh")}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.05 } }" }, right: [["activation", "model[1].dense.activation"], ["loss", "loss"]] },
    { name: "xor, one hidden unit", data: xor, model: `[${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ sgd: { lr: 0.5 } }", training: "{ epochs: 800, batch_size: 4 }", fix: { model: `[${d(8, "tanh")}, ${d(1, "sigmoid")}]` }, right: [["architecture", "model[0].dense.units", "model", "model[0].dense"]] },
    { name: "xor, softmax over one unit", data: xor, model: `[${d(8)}, ${d(1, "softmax")}]`, loss: bce, optimizer: "{ adam: { lr: 0.05 } }", training: "{ epochs: 300, batch_size: 4 }", fix: { model: `[${d(8)}, ${d(1, "sigmoid")}]` }, right: [["activation", "model[1].dense.activation"]] },
    { name: "xor by squared error", data: xor, model: `[${d(8, "tanh")}, ${d(1, "sigmoid")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 300, batch_size: 4 }", fix: { loss: bce, optimizer: "{ adam: { lr: 0.05 } }" }, right: [["loss", "loss"], ["learning_rate", "optimizer.sgd.lr"], ["optimizer", "optimizer"]] },
    { name: "patients, unscaled, plain descent", data: `{ train: ${patients} }`, model: `[${d(12)}, ${d(8)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 60, batch_size: 32 }", fix: { data: `{ train: ${patients}, scaling: standardize }`, training: "{ epochs: 60, batch_size: 32 }", optimizer: "{ adam: { lr: 0.002 } }" }, right: [["preprocessing", "data.scaling"], ["optimizer", "optimizer"]] },
    { name: "patients, softmax over one unit", data: `{ train: ${patients}, scaling: standardize }`, model: `[${d(12)}, ${d(8)}, ${d(1, "softmax")}]`, loss: bce, training: "{ epochs: 30, batch_size: 16 }", fix: { model: `[${d(12)}, ${d(8)}, ${d(1, "sigmoid")}]` }, right: [["activation", "model[2].dense.activation"]] },
    { name: "patients, class loss over one unit", data: `{ train: ${patients}, scaling: standardize }`, model: `[${d(12)}, ${d(1, "sigmoid")}]`, loss: cce, training: "{ epochs: 30, batch_size: 16 }", fix: { loss: bce }, right: [["loss", "loss"], ["architecture", "model[1].dense.units"]] },
    { name: "patients, squared error, relu output", data: `{ train: ${patients}, scaling: standardize }`, model: `[${d(12)}, ${d(1, "relu")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 30, batch_size: 16 }", fix: { model: `[${d(12)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.002 } }" }, right: [["activation", "model[1].dense.activation"], ["loss", "loss"]] },
    { name: "patients, relu for probabilities", data: `{ train: ${patients}, scaling: standardize }`, model: `[${d(12)}, ${d(8)}, ${d(1, "relu")}]`, loss: bce, training: "{ epochs: 30, batch_size: 16 }", fix: { model: `[${d(12)}, ${d(8)}, ${d(1, "sigmoid")}]` }, right: [["activation", "model[2].dense.activation"]] },
    { name: "churn, unscaled", data: `{ train: ${churn} }`, model: `[${d(16)}, ${d(16)}, ${d(1, "sigmoid")}]`, loss: bce, training: "{ epochs: 20, batch_size: 32 }", fix: { data: `{ train: ${churn}, scaling: standardize }` }, right: [["preprocessing", "data.scaling"]] },
    { name: "churn, batches of everything, few epochs", data: `{ train: ${churn}, scaling: standardize }`, model: `[${d(6)}, ${d(6)}, ${d(1, "sigmoid")}]`, loss: bce, training: "{ epochs: 10, batch_size: 1000 }", fix: { training: "{ epochs: 40, batch_size: 16 }" }, right: [["batch_size", "training.batch_size"], ["epochs", "training.epochs"]] },
    { name: "churn, rate of one", data: `{ train: ${churn}, scaling: standardize }`, model: `[${d(16)}, ${d(16)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 1 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { optimizer: "{ adam: { lr: 0.001 } }" }, right: [["learning_rate", "optimizer.adam.lr"]] },
    { name: "images not scaled, plain descent", data: `{ ${images} }`, model: `[flatten, ${d(64)}, ${d(10, "softmax")}]`, loss: cce, optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 5, batch_size: 32 }", fix: { data: `{ ${images}, scaling: unit }`, optimizer: "{ sgd: { lr: 0.1 } }", training: "{ epochs: 8, batch_size: 32 }" }, right: [["preprocessing", "data.scaling"]] },
    { name: "images not scaled, adam", data: `{ ${images} }`, model: `[flatten, ${d(64)}, ${d(10, "softmax")}]`, loss: cce, training: "{ epochs: 5, batch_size: 32 }", fix: { data: `{ ${images}, scaling: unit }` }, right: [["preprocessing", "data.scaling"]] },
    { name: "images, rate of a tenth", data: `{ ${images}, scaling: unit }`, model: cnn(d(10, "softmax")), loss: cce, optimizer: "{ adam: { lr: 0.1 } }", training: "{ epochs: 3, batch_size: 32 }", fix: { optimizer: "{ adam: { lr: 0.001 } }" }, right: [["learning_rate", "optimizer.adam.lr"]] },
    { name: "images, plain descent at 1e-6", data: `{ ${images}, scaling: unit }`, model: cnn(d(10, "softmax")), loss: cce, optimizer: "{ sgd: { lr: 1e-6, momentum: 0.9 } }", training: "{ epochs: 3, batch_size: 32 }", fix: { optimizer: "{ sgd: { lr: 0.02, momentum: 0.9 } }" }, right: [["learning_rate", "optimizer.sgd.lr"]] },
    { name: "images, yes-or-no loss for ten classes", data: `{ ${images}, scaling: unit }`, model: cnn(d(10, "softmax")), loss: bce, training: "{ epochs: 3, batch_size: 32 }", fix: { loss: cce }, right: [["loss", "loss"]] },
    { name: "images, sigmoid for ten classes", data: `{ ${images}, scaling: unit }`, model: cnn(d(10, "sigmoid")), loss: cce, training: "{ epochs: 3, batch_size: 32 }", fix: { model: cnn(d(10, "softmax")) }, right: [["activation", "model[4].dense.activation"]] },
    { name: "images, squared error", data: `{ ${images}, scaling: unit }`, model: cnn(d(10, "softmax")), loss: "mse", optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 3, batch_size: 32 }", fix: { loss: cce, optimizer: "{ adam: { lr: 0.001 } }" }, right: [["loss", "loss"], ["learning_rate", "optimizer.sgd.lr"], ["optimizer", "optimizer"]] },
    { name: "images, no activation for class loss", data: `{ ${images}, scaling: unit }`, model: cnn(d(10, "")), loss: cce, training: "{ epochs: 3, batch_size: 32 }", fix: { model: cnn(d(10, "softmax")) }, right: [["activation", "model[4].dense.activation"]] },
    { name: "images, relu before softmax", data: `{ ${images}, scaling: unit }`, model: cnn(`${d(10, "relu")}, softmax`), loss: cce, training: "{ epochs: 3, batch_size: 32 }", fix: { model: cnn(`${d(10, "")}, softmax`) }, right: [["activation", "model[4].dense.activation"]] },
    { name: "images, dropout of 0.9", data: `{ ${images}, scaling: unit }`, model: `[${conv(8)}, { max_pool: 2 }, flatten, ${d(32)}, { dropout: 0.9 }, ${d(10, "softmax")}]`, loss: cce, training: "{ epochs: 4, batch_size: 32 }", fix: { model: `[${conv(8)}, { max_pool: 2 }, flatten, ${d(32)}, { dropout: 0.3 }, ${d(10, "softmax")}]` }, right: [["regularization", "model[4].dropout"]] },
    { name: "images, softmax in hidden layer", data: `{ ${images}, scaling: unit }`, model: `[flatten, ${d(64, "softmax")}, ${d(64, "softmax")}, ${d(10, "softmax")}]`, loss: cce, training: "{ epochs: 6, batch_size: 32 }", fix: { model: `[flatten, ${d(64)}, ${d(64)}, ${d(10, "softmax")}]` }, right: [["activation", "model[1].dense.activation", "model[2].dense.activation"]] },
    { name: "images, sigmoid stack", data: `{ ${images}, scaling: unit }`, model: `[flatten, ${d(64, "sigmoid")}, ${d(64, "sigmoid")}, ${d(64, "sigmoid")}, ${d(64, "sigmoid")}, ${d(10, "softmax")}]`, loss: cce, optimizer: "{ sgd: { lr: 0.1 } }", training: "{ epochs: 8, batch_size: 32 }", fix: { model: `[flatten, ${d(64)}, ${d(64)}, ${d(64)}, ${d(64)}, ${d(10, "softmax")}]` }, right: [["activation", "model[1].dense.activation", "model[2].dense.activation"]] },
    { name: "images, one epoch of large batches", data: `{ ${images}, scaling: unit }`, model: cnn(d(10, "softmax")), loss: cce, optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 2, batch_size: 256 }", fix: { training: "{ epochs: 6, batch_size: 32 }", optimizer: "{ adam: { lr: 0.001 } }" }, right: [["epochs", "training.epochs"], ["batch_size", "training.batch_size"], ["optimizer", "optimizer"], ["learning_rate", "optimizer.sgd.lr"]] },
    { name: "images, weights of zero", data: `{ ${images}, scaling: unit }`, model: `[flatten, { dense: { units: 64, activation: relu, init: zeros } }, { dense: { units: 10, activation: softmax, init: zeros } }]`, loss: cce, training: "{ epochs: 4, batch_size: 32 }", fix: { model: `[flatten, ${d(64)}, ${d(10, "softmax")}]` }, right: [["initialisation", "model[1].dense.init", "model[2].dense.init"]] },
    { name: "images, weights of deviation one", data: `{ ${images}, scaling: unit }`, model: `[flatten, { dense: { units: 64, activation: sigmoid, init: { normal: 1 } } }, { dense: { units: 64, activation: sigmoid, init: { normal: 1 } } }, { dense: { units: 10, activation: softmax, init: { normal: 1 } } }]`, loss: cce, optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 6, batch_size: 32 }", fix: { model: `[flatten, ${d(64)}, ${d(64)}, ${d(10, "softmax")}]`, optimizer: "{ adam: { lr: 0.001 } }" }, right: [["initialisation", "model[1].dense.init"], ["learning_rate", "optimizer.sgd.lr"], ["optimizer", "optimizer"], ["activation", "model[1].dense.activation"]] },
    { name: "images, adadelta at 1e-3", data: `{ ${images}, scaling: unit }`, model: cnn(d(10, "softmax")), loss: cce, optimizer: "{ adadelta: { lr: 0.001 } }", training: "{ epochs: 5, batch_size: 64 }", fix: { optimizer: "{ adadelta: { lr: 1 } }" }, right: [["optimizer", "optimizer"], ["learning_rate", "optimizer.adadelta.lr"]] },
    { name: "images, pooled to nothing", data: `{ ${images}, scaling: unit }`, model: `[${conv(4)}, { max_pool: 4 }, ${conv(4)}, { max_pool: 4 }, flatten, ${d(10, "softmax")}]`, loss: cce, training: "{ epochs: 5, batch_size: 32 }", fix: { model: cnn(d(10, "softmax")) }, right: [["architecture", "model[0].conv2d.filters", "model[2].conv2d.filters", "model[3].max_pool", "model[1].max_pool"]] },
    { name: "digits, tanh for probabilities", data: `{ train: ${digitsFile}, scaling: minmax }`, model: `[${d(64)}, ${d(10, "tanh")}]`, loss: cce, training: "{ epochs: 10, batch_size: 32 }", fix: { model: `[${d(64)}, ${d(10, "softmax")}]` }, right: [["activation", "model[1].dense.activation"]] },
    { name: "digits, hidden layer of three units", data: `{ train: ${digitsFile}, scaling: minmax }`, model: `[${d(64)}, ${d(3)}, ${d(10, "softmax")}]`, loss: cce, training: "{ epochs: 15, batch_size: 32 }", fix: { model: `[${d(64)}, ${d(32)}, ${d(10, "softmax")}]` }, right: [["architecture", "model[1].dense.units"]] },
    { name: "digits, decay of schedule at once", data: `{ train: ${digitsFile}, scaling: minmax }`, model: `[${d(64)}, ${d(10, "softmax")}]`, loss: cce, optimizer: "{ sgd: { lr: 0.1 } }\nschedule: { exponential: { factor: 0.1 } }", training: "{ epochs: 10, batch_size: 32 }", fix: { optimizer: "{ sgd: { lr: 0.1 } }\nschedule: { exponential: { factor: 0.95 } }" }, right: [["learning_rate", "schedule.exponential.factor", "schedule.exponential", "schedule"]] },
    { name: "digits, penalty of one", data: `{ train: ${digitsFile}, scaling: minmax }`, model: `[{ dense: { units: 64, activation: relu, l2: 1 } }, ${d(10, "softmax")}]`, loss: cce, training: "{ epochs: 10, batch_size: 32 }", fix: { model: `[{ dense: { units: 64, activation: relu, l2: 1e-4 } }, ${d(10, "softmax")}]` }, right: [["regularization", "model[0].dense.l2"]] },
    { name: "digits, one unit for ten classes", data: `{ train: ${digitsFile}, scaling: minmax }`, model: `[${d(64)}, ${d(1, "softmax")}]`, loss: "mse", training: "{ epochs: 10, batch_size: 32 }", fix: { model: `[${d(64)}, ${d(10, "softmax")}]`, loss: cce }, right: [["architecture", "model[1].dense.units"], ["activation", "model[1].dense.activation"], ["loss", "loss"]] },
    { name: "digits, recurrent, rate of 0.1", data: `{ train: ${digitsFile}, scaling: minmax }`, model: `[{ reshape: [8, 8] }, { lstm: 32 }, ${d(10, "softmax")}]`, loss: cce, optimizer: "{ adam: { lr: 0.3 } }", training: "{ epochs: 8, batch_size: 32, clip: { norm: 1 } }", fix: { optimizer: "{ adam: { lr: 0.005 } }" }, right: [["learning_rate", "optimizer.adam.lr"]] },
    { name: "iris, squared error, sigmoid", data: `{ train: ${iris}, split: { validation: 0.2, test: 0 } }`, model: `[${d(8, "sigmoid")}, ${d(3, "sigmoid")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 50, batch_size: 8 }", fix: { model: `[${d(16)}, ${d(3, "softmax")}]`, loss: cce, optimizer: "{ adam: { lr: 0.01 } }" }, right: [["loss", "loss"], ["activation", "model[1].dense.activation", "model[0].dense.activation"], ["learning_rate", "optimizer.sgd.lr"], ["optimizer", "optimizer"]] },
    { name: "iris, yes-or-no loss", data: `{ train: ${iris}, split: { validation: 0.2, test: 0 } }`, model: `[${d(8)}, ${d(3, "softmax")}]`, loss: bce, optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 30, batch_size: 16 }", fix: { loss: cce }, right: [["loss", "loss"]] },
    { name: "iris, five epochs", data: `{ train: ${iris}, split: { validation: 0.2, test: 0 } }`, model: `[${d(8)}, ${d(3, "softmax")}]`, loss: cce, training: "{ epochs: 5, batch_size: 16 }", fix: { training: "{ epochs: 150, batch_size: 8 }", optimizer: "{ adam: { lr: 0.005 } }" }, right: [["epochs", "training.epochs"]] },
    { name: "iris, linear output for classes", data: `{ train: ${iris}, split: { validation: 0.2, test: 0 } }`, model: `[${d(8)}, ${d(3, "")}]`, loss: cce, optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 30, batch_size: 16 }", fix: { model: `[${d(8)}, ${d(3, "softmax")}]` }, right: [["activation", "model[1].dense.activation"]] },
    { name: "line, not scaled, plain descent", data: `{ train: ${line} }`, model: `[${d(1, "")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 50, batch_size: 32 }", fix: { data: `{ train: ${line}, scaling: standardize, target_scaling: standardize }` }, right: [["preprocessing", "data.scaling", "data.target_scaling"], ["learning_rate", "optimizer.sgd.lr"]] },
    { name: "sine, sigmoid output", data: `{ train: ${sine}, scaling: standardize }`, model: `[${d(32, "tanh")}, ${d(32, "tanh")}, ${d(1, "sigmoid")}]`, loss: "mse", optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 60, batch_size: 32 }", fix: { model: `[${d(32, "tanh")}, ${d(32, "tanh")}, ${d(1, "")}]` }, right: [["activation", "model[2].dense.activation"]] },
    { name: "sine, one hidden layer without activation", data: `{ train: ${sine}, scaling: standardize }`, model: `[${d(32, "linear")}, ${d(1, "")}]`, loss: "mse", optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 60, batch_size: 32 }", fix: { model: `[${d(32, "tanh")}, ${d(32, "tanh")}, ${d(1, "")}]` }, right: [["activation", "model[0].dense.activation"], ["architecture", "model"]] },
    { name: "square, relu output, not scaled", data: `{ train: ${square} }`, model: `[${d(32)}, ${d(1, "tanh")}]`, loss: "mse", optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 80, batch_size: 32 }", fix: { data: `{ train: ${square}, scaling: standardize, target_scaling: standardize }`, model: `[${d(32)}, ${d(1, "")}]` }, right: [["activation", "model[1].dense.activation"], ["preprocessing", "data.target_scaling", "data.scaling"]] },
    { name: "products, targets in the thousands", data: `{ train: ${products} }`, model: `[${d(16)}, ${d(1, "")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 30, batch_size: 32 }", fix: { data: `{ train: ${products}, scaling: standardize, target_scaling: standardize }`, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["preprocessing", "data.target_scaling", "data.scaling"], ["learning_rate", "optimizer.sgd.lr"]] },
    { name: "prices, accuracy-like sigmoid", data: `{ train: ${prices}, scaling: standardize }`, model: `[${d(16)}, ${d(1, "sigmoid")}]`, loss: bce, training: "{ epochs: 30, batch_size: 16 }", fix: { data: `{ train: ${prices}, scaling: standardize, target_scaling: standardize }`, model: `[${d(16)}, ${d(1, "")}]`, loss: "mse", optimizer: "{ adam: { lr: 0.005 } }" }, right: [["loss", "loss"], ["activation", "model[1].dense.activation"], ["preprocessing", "data.target_scaling"]] },
    { name: "prices, nothing scaled", data: `{ train: ${prices} }`, model: `[${d(16)}, ${d(1, "")}]`, loss: "mse", training: "{ epochs: 30, batch_size: 16 }", fix: { data: `{ train: ${prices}, scaling: standardize, target_scaling: standardize }`, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["preprocessing", "data.target_scaling", "data.scaling"]] },
    { name: "stock, not scaled, recurrent", data: `{ train: ${stock} }`, model: `[{ reshape: [15, 1] }, { lstm: 16 }, ${d(1, "")}]`, loss: "mse", training: "{ epochs: 15, batch_size: 32, clip: { norm: 1 } }", fix: { data: `{ train: ${stock}, scaling: minmax, target_scaling: minmax }`, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["preprocessing", "data.scaling", "data.target_scaling"]] },
    { name: "stock, relu in recurrent net explodes", data: `{ train: ${stock}, scaling: standardize, target_scaling: standardize }`, model: `[{ reshape: [15, 1] }, { rnn: { units: 64, activation: relu } }, ${d(1, "")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.5 } }", training: "{ epochs: 15, batch_size: 32 }", fix: { model: `[{ reshape: [15, 1] }, { lstm: 16 }, ${d(1, "")}]`, optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 15, batch_size: 32, clip: { norm: 1 } }" }, right: [["activation", "model[1].rnn.activation"], ["learning_rate", "optimizer.sgd.lr"]] },
    { name: "parity, too narrow and sigmoid", data: `{ train: ${parity} }`, model: `[${d(2, "sigmoid")}, ${d(1, "sigmoid")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 50, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.02 } }", training: "{ epochs: 80, batch_size: 32 }" }, right: [["learning_rate", "optimizer.sgd.lr"], ["architecture", "model[0].dense.units"], ["loss", "loss"], ["optimizer", "optimizer"], ["activation", "model[0].dense.activation"]] },
    { name: "movies, softmax for several labels", data: `{ train: ${movies}, target: [genre0, genre1, genre2, genre3, genre4], task: multi_label }`, model: `[${d(32)}, ${d(5, "softmax")}]`, loss: cce, training: "{ epochs: 20, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(5, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["loss", "loss"], ["activation", "model[1].dense.activation"]] },
    { name: "rings, labels from one, squared error, one output", data: `{ train: ${rings} }`, model: `[${d(16)}, ${d(1, "softmax")}]`, loss: cce, training: "{ epochs: 30, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(3, "softmax")}]`, optimizer: "{ adam: { lr: 0.01 } }" }, right: [["architecture", "model[1].dense.units"], ["activation", "model[1].dense.activation"]] },
    { name: "rings, no hidden layer", data: `{ train: ${rings} }`, model: `[${d(3, "softmax")}]`, loss: cce, optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 40, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(3, "softmax")}]` }, right: [["architecture", "model", "model[0].dense"]] },
    { name: "rings, no activation in hidden layers", data: `{ train: ${rings} }`, model: `[${d(32, "")}, ${d(32, "")}, ${d(3, "softmax")}]`, loss: cce, optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 40, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(32)}, ${d(3, "softmax")}]` }, right: [["activation", "model[0].dense.activation", "model[1].dense.activation", "model[0].dense", "model[1].dense"]] },
    { name: "images, very deep without normalisation", data: `{ ${images}, scaling: unit }`, model: `[flatten, ${Array.from({ length: 12 }, () => d(32, "sigmoid")).join(", ")}, ${d(10, "softmax")}]`, loss: cce, training: "{ epochs: 5, batch_size: 32 }", fix: { model: `[flatten, ${d(64)}, ${d(32)}, ${d(10, "softmax")}]` }, right: [["activation", "model[1].dense.activation"], ["architecture", "model"]] },
    { name: "patients, hundreds of epochs, wide", data: `{ train: ${patients}, scaling: standardize, limit: 250, split: { validation: 0.3, test: 0 } }`, model: `[${d(128)}, ${d(128)}, ${d(1, "sigmoid")}]`, loss: bce, training: "{ epochs: 150, batch_size: 16 }", fix: { model: `[${d(16)}, { dropout: 0.2 }, ${d(1, "sigmoid")}]`, training: "{ epochs: 25, batch_size: 16 }" }, right: [["regularization", "training.early_stopping", "model"], ["epochs", "training.epochs"], ["architecture", "model"]] },
  ];
  return questions.map((question) => ({
    name: question.name,
    truths: question.right.map(([category, ...paths]) => ({ fault: question.name, category, paths })),
    faulty: fileOf(question),
    fixed: fileOf({ ...question, ...question.fix }),
  }));
}

/**
 * Plain programs of tutorials, good as they are though not all that could be wished: many epochs, no validation data, squared errors for yes or no.
 * What they are told at the level of warnings is a false alarm.
 */
export function tutorials(root: string): readonly Omit<Classic, "truths" | "faulty">[] {
  const { patients, sine, prices, churn, stock, products, rings, movies } = tables();
  const digitsFile = path.join(root, "examples", "data", "digits.csv");
  const images = `train: ${path.join(root, "examples", "data", "t10k-images-idx3-ubyte.gz")}, labels: ${path.join(root, "examples", "data", "t10k-labels-idx1-ubyte.gz")}, limit: 2000, scaling: unit`;
  const iris = path.join(root, "bench", "diagnosis", "data", "iris.csv");
  const xor = "{ train: { inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [0, 1, 1, 0] }, split: { validation: 0, test: 0 } }";
  const bce = "{ binary_cross_entropy: { from: probabilities } }";
  const cce = "{ cross_entropy: { from: probabilities } }";
  const d = (units: number, activation = "relu"): string => (activation === "" ? `{ dense: ${units} }` : `{ dense: { units: ${units}, activation: ${activation} } }`);
  const conv = (filters: number, kernel = 3): string => `{ conv2d: { filters: ${filters}, kernel: ${kernel}, activation: relu } }`;
  const programs: readonly (readonly [name: string, data: string, model: string, loss: string, optimizer: string, training: string])[] = [
    ["patients, 150 epochs", `{ train: ${patients}, scaling: standardize }`, `[${d(12)}, ${d(8)}, ${d(1, "sigmoid")}]`, bce, "{ adam: { lr: 0.001 } }", "{ epochs: 150, batch_size: 10 }"],
    ["patients, 150 epochs, no validation", `{ train: ${patients}, scaling: minmax, split: { validation: 0, test: 0 } }`, `[${d(12)}, ${d(8)}, ${d(1, "sigmoid")}]`, bce, "{ adam: { lr: 0.001 } }", "{ epochs: 150, batch_size: 10 }"],
    ["patients, logistic regression", `{ train: ${patients}, scaling: standardize }`, `[${d(1, "sigmoid")}]`, bce, "{ sgd: { lr: 0.1 } }", "{ epochs: 100, batch_size: 32 }"],
    ["patients, squared error, adam", `{ train: ${patients}, scaling: standardize }`, `[${d(12)}, ${d(1, "sigmoid")}]`, "mse", "{ adam: { lr: 0.005 } }", "{ epochs: 40, batch_size: 16 }"],
    ["patients, two outputs", `{ train: ${patients}, scaling: standardize }`, `[${d(16, "tanh")}, ${d(2, "softmax")}]`, cce, "{ rmsprop: { lr: 0.001 } }", "{ epochs: 50, batch_size: 16 }"],
    ["churn, 6-6-1, 100 epochs", `{ train: ${churn}, scaling: standardize }`, `[${d(6)}, ${d(6)}, ${d(1, "sigmoid")}]`, bce, "{ adam: { lr: 0.001 } }", "{ epochs: 100, batch_size: 10 }"],
    ["churn, dropout of a half", `{ train: ${churn}, scaling: standardize }`, `[${d(64)}, { dropout: 0.5 }, ${d(64)}, { dropout: 0.5 }, ${d(1, "sigmoid")}]`, bce, "{ rmsprop: { lr: 0.001 } }", "{ epochs: 20, batch_size: 128 }"],
    ["images, rows of 512, dropout", `{ ${images} }`, `[flatten, ${d(128)}, { dropout: 0.2 }, ${d(128)}, { dropout: 0.2 }, ${d(10, "softmax")}]`, cce, "{ rmsprop: { lr: 0.001 } }", "{ epochs: 20, batch_size: 128 }"],
    ["images, convolutions, adadelta", `{ ${images} }`, `[${conv(8)}, ${conv(16)}, { max_pool: 2 }, { dropout: 0.25 }, flatten, ${d(64)}, { dropout: 0.5 }, ${d(10, "softmax")}]`, cce, "{ adadelta: { lr: 1 } }", "{ epochs: 8, batch_size: 128 }"],
    ["images, plain descent", `{ ${images} }`, `[flatten, ${d(64, "sigmoid")}, ${d(10, "softmax")}]`, cce, "{ sgd: { lr: 0.5 } }", "{ epochs: 30, batch_size: 32 }"],
    ["images, softmax regression", `{ ${images} }`, `[flatten, ${d(10, "softmax")}]`, cce, "{ sgd: { lr: 0.1 } }", "{ epochs: 20, batch_size: 32 }"],
    ["images, many epochs", `{ ${images} }`, `[${conv(8)}, { max_pool: 2 }, flatten, ${d(64)}, ${d(10, "softmax")}]`, cce, "{ adam: { lr: 0.001 } }", "{ epochs: 25, batch_size: 64 }"],
    ["images, autoencoder", `{ ${images.replace(/, labels: [^,]*/, "")}, task: autoencoder }`, `[flatten, ${d(32)}, ${d(784, "sigmoid")}]`, "mse", "{ adam: { lr: 0.003 } }", "{ epochs: 15, batch_size: 64 }"],
    ["digits, 200 full batches", `{ train: ${digitsFile}, scaling: minmax }`, `[${d(64)}, ${d(10, "softmax")}]`, cce, "{ adam: { lr: 0.01 } }", "{ epochs: 200, batch_size: full }"],
    ["digits, adagrad", `{ train: ${digitsFile}, scaling: minmax }`, `[${d(64)}, ${d(10, "softmax")}]`, cce, "{ adagrad: { lr: 0.05 } }", "{ epochs: 20, batch_size: 32 }"],
    ["iris, 200 epochs, batches of 5", `{ train: ${iris}, split: { validation: 0.2, test: 0 } }`, `[${d(8)}, ${d(3, "softmax")}]`, cce, "{ adam: { lr: 0.001 } }", "{ epochs: 200, batch_size: 5 }"],
    ["iris, no validation", `{ train: ${iris}, split: { validation: 0, test: 0 } }`, `[${d(16, "tanh")}, ${d(3, "softmax")}]`, cce, "{ adam: { lr: 0.01 } }", "{ epochs: 100, batch_size: 16 }"],
    ["iris, plain descent", `{ train: ${iris}, scaling: standardize }`, `[${d(10, "tanh")}, ${d(3, "softmax")}]`, cce, "{ sgd: { lr: 0.1 } }", "{ epochs: 100, batch_size: 16 }"],
    ["xor, squared error, plain descent", xor, `[${d(8, "tanh")}, ${d(1, "sigmoid")}]`, "mse", "{ sgd: { lr: 0.5 } }", "{ epochs: 2000, batch_size: 1 }"],
    ["xor, adam", xor, `[${d(16)}, ${d(1, "sigmoid")}]`, bce, "{ adam: { lr: 0.01 } }", "{ epochs: 500, batch_size: 4 }"],
    ["prices, 100 epochs of 5", `{ train: ${prices}, scaling: standardize, target_scaling: standardize }`, `[${d(13)}, ${d(1, "")}]`, "mse", "{ adam: { lr: 0.001 } }", "{ epochs: 100, batch_size: 5 }"],
    ["prices, wide", `{ train: ${prices}, scaling: standardize, target_scaling: standardize }`, `[${d(64)}, ${d(64)}, ${d(1, "")}]`, "mae", "{ rmsprop: { lr: 0.001 } }", "{ epochs: 80, batch_size: 16 }"],
    ["prices, linear", `{ train: ${prices}, scaling: standardize, target_scaling: standardize }`, `[${d(1, "")}]`, "mse", "{ sgd: { lr: 0.01 } }", "{ epochs: 50, batch_size: 16 }"],
    ["sine, tanh", `{ train: ${sine}, scaling: standardize }`, `[${d(20, "tanh")}, ${d(20, "tanh")}, ${d(1, "")}]`, "mse", "{ adam: { lr: 0.01 } }", "{ epochs: 100, batch_size: 32 }"],
    ["sine, scaled to minus one to one", `{ train: ${sine}, scaling: minmax, target_scaling: minmax }`, `[${d(40)}, ${d(40)}, ${d(1, "")}]`, "mse", "{ adam: { lr: 0.005 } }", "{ epochs: 150, batch_size: 32 }"],
    ["products, scaled", `{ train: ${products}, scaling: minmax, target_scaling: minmax }`, `[${d(32)}, ${d(16)}, ${d(1, "")}]`, "mse", "{ adam: { lr: 0.003 } }", "{ epochs: 60, batch_size: 16 }"],
    ["stock, lstm", `{ train: ${stock}, scaling: minmax, target_scaling: minmax }`, `[{ reshape: [15, 1] }, { lstm: 20 }, ${d(1, "")}]`, "mse", "{ adam: { lr: 0.003 } }", "{ epochs: 20, batch_size: 16, clip: { norm: 1 } }"],
    ["stock, gru of two layers", `{ train: ${stock}, scaling: standardize, target_scaling: standardize }`, `[{ reshape: [15, 1] }, { gru: { units: 16, return_sequences: true } }, { gru: 16 }, ${d(1, "")}]`, "mse", "{ adam: { lr: 0.003 } }", "{ epochs: 15, batch_size: 16, clip: { norm: 1 } }"],
    ["rings", `{ train: ${rings} }`, `[${d(32)}, ${d(32)}, ${d(3, "softmax")}]`, cce, "{ adam: { lr: 0.005 } }", "{ epochs: 60, batch_size: 32 }"],
    ["movies", `{ train: ${movies}, target: [genre0, genre1, genre2, genre3, genre4], task: multi_label }`, `[${d(64)}, { dropout: 0.3 }, ${d(5, "sigmoid")}]`, bce, "{ adam: { lr: 0.003 } }", "{ epochs: 40, batch_size: 32 }"],
  ];
  return programs.map(([name, data, model, loss, optimizer, training]) => ({ name: `tutorial: ${name}`, fixed: `data: ${data}\nmodel: ${model}\nloss: ${loss}\noptimizer: ${optimizer}\ntraining: ${training}\nseed: 0\n` }));
}

function fileOf({ data, model, loss, optimizer, training }: Question): string {
  return `data: ${data}\nmodel: ${model}\nloss: ${loss}\n${optimizer === undefined ? "" : `optimizer: ${optimizer}\n`}training: ${training}\nseed: 0\n`;
}
