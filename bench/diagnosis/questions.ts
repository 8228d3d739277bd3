/** More programs as they are asked about, of other fields and kinds of data than the first: money, music, texts, pulses, passengers, pictures with colours. */
import path from "node:path";
import type { RandomStream } from "../../src/engine/random/stream.js";
import { bce, cce, conv, d, digits, tableFile, type Question } from "./question.js";

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}${index}`);

/** A heart's pulse of 50 moments: regular, early, or of two peaks. */
function pulse(random: RandomStream, kind: number): number[] {
  const [at, height] = [18 + 6 * random.uniform(), 0.8 + 0.4 * random.uniform()];
  const peak = (step: number, centre: number, width: number): number => Math.exp(-(((step - centre) / width) ** 2));
  return Array.from({ length: 50 }, (_, step) => digits(height * (peak(step, kind === 1 ? at - 10 : at, 2) + (kind === 2 ? 0.7 * peak(step, at + 9, 3) : 0)) + 0.05 * random.normal()));
}

/** Pictures of 3 x 10 x 10 bytes, channels first: a cross, a square or a bar, in any colour. */
function shape(random: RandomStream, kind: number): number[] {
  const [row, column] = [2 + random.below(6), 2 + random.below(6)];
  const colour = Array.from({ length: 3 }, () => 100 + random.below(156));
  return Array.from({ length: 300 }, (_, index) => {
    const [y, x] = [Math.floor((index % 100) / 10) - row, (index % 10) - column];
    const on = kind === 0 ? (x === 0 && Math.abs(y) < 3) || (y === 0 && Math.abs(x) < 3) : kind === 1 ? Math.max(Math.abs(x), Math.abs(y)) === 2 : Math.abs(y) < 2 && Math.abs(x) < 3;
    return Math.max(0, Math.min(255, Math.round((on ? colour[Math.floor(index / 100)] : 40) + 20 * random.normal())));
  });
}

function tables() {
  return {
    // 14 words of 60; every good word counts for, every bad one against
    reviews: tableFile("reviews", [...numbered("word", 14), "positive"], 1000, (random) => {
      const words = Array.from({ length: 14 }, () => (random.uniform() < 0.35 ? 1 + random.below(12) : 13 + random.below(47)));
      const score = words.reduce((sum, word) => sum + (word <= 6 ? 1 : word <= 12 ? -1 : 0), 0) + 0.3 * random.normal();
      return [...words, score > 0 ? 1 : 0];
    }),
    // one payment in 40 is a fraud
    payments: tableFile("payments", [...numbered("v", 8), "fraud"], 2400, (random, index) => {
      const bad = index % 40 === 7;
      return [...Array.from({ length: 8 }, (_, i) => digits(random.normal() + (bad && i < 4 ? 1.3 : 0))), bad ? 1 : 0];
    }),
    // four kinds of music by figures of very unlike size
    songs: tableFile("songs", ["tempo", "loudness", "energy", "duration_ms", "rolloff", "bandwidth", "speech", "genre"], 1000, (random, index) => {
      const kind = index % 4;
      const row = [90 + 22 * kind + 16 * random.normal(), -16 + 3 * kind + 2.5 * random.normal(), 0.3 + 0.15 * kind + 0.13 * random.normal(), 150000 + 30000 * ((kind * 3) % 4) + 30000 * random.normal(), 2500 + 900 * ((kind + 1) % 4) + 800 * random.normal(), 1500 + 300 * kind + 300 * random.normal(), 0.05 + 0.08 * (kind % 2) + 0.05 * random.normal()];
      return [...row.map(digits), ["blues", "classical", "jazz", "metal"][kind]];
    }),
    // what a good player does with a pole on a cart
    pole: tableFile("pole", ["position", "velocity", "angle", "turn", "action"], 1000, (random) => {
      const x = [2.4 * random.normal(), random.normal(), 0.1 * random.normal(), random.normal()];
      return [...x.map(digits), 0.1 * x[0] + 0.4 * x[1] + 14 * x[2] + 1.5 * x[3] > 0 ? 1 : 0];
    }),
    // two joints of an arm and where its hand is
    arm: tableFile("arm", ["shoulder", "elbow", "x", "y"], 1000, (random) => {
      const [a, b] = [3 * random.uniform(), 2.5 * random.uniform()];
      return [a, b, 60 * Math.cos(a) + 40 * Math.cos(a + b), 60 * Math.sin(a) + 40 * Math.sin(a + b)].map(digits);
    }),
    celsius: tableFile("celsius", ["celsius", "fahrenheit"], 120, (_, index) => { const c = (index * 37) % 120 - 40; return [c, digits(1.8 * c + 32)]; }),
    sums: tableFile("sums", ["a", "b", "sum"], 800, (random) => { const [a, b] = [random.below(100), random.below(100)]; return [a, b, a + b]; }),
    // passengers a month: three months and the next
    passengers: tableFile("passengers", ["m1", "m2", "m3", "next"], 300, (random, index) => {
      const at = (month: number): number => Math.round((110 + 0.9 * month) * (1 + 0.2 * Math.sin((6.2832 * month) / 12)));
      return [at(index), at(index + 1), at(index + 2), Math.round(at(index + 3) + 4 * random.normal())];
    }),
    wide: tableFile("wideSine", ["x", "y"], 1000, (random) => { const x = 100 * random.uniform(); return [digits(x), digits(Math.sin(x / 16) + 0.03 * random.normal())]; }),
    cubic: tableFile("cubic", ["x", "y"], 800, (random) => { const x = 40 * random.uniform() - 20; return [digits(x), digits(x ** 3 - 100 * x + 50 * random.normal())]; }),
    // who earns much: words and numbers side by side, one number in the hundred thousands
    adult: tableFile("adult", ["age", "weight", "work", "school", "gain", "hours", "income"], 1200, (random) => {
      const [age, school, hours, work] = [17 + random.below(60), 6 + random.below(11), 20 + random.below(45), ["private", "public", "self"][random.below(3)]];
      const gain = random.uniform() < 0.1 ? Math.round(20000 * random.uniform()) : 0;
      const score = 0.05 * (age - 40) + 0.35 * (school - 11) + 0.05 * (hours - 42) + gain / 5000 + (work === "self" ? 0.6 : 0) + 0.7 * random.normal();
      return [age, 20000 + random.below(400000), work, school, gain, hours, score > 0.3 ? "above" : "below"];
    }),
    pulses: tableFile("pulses", [...numbered("t", 50), "beat"], 900, (random, index) => [...pulse(random, index % 3), index % 3]),
    sortedPulses: tableFile("pulsesInOrder", [...numbered("t", 50), "beat"], 900, (random, index) => [...pulse(random, Math.floor(index / 300)), Math.floor(index / 300)]),
    foreignPulses: tableFile("pulsesMixedUp", [...numbered("t", 50), "beat"], 900, (random, index) => [...pulse(random, index % 3), random.below(3)]),
    shapes: tableFile("shapes", [...numbered("p", 300), "shape"], 900, (random, index) => [...shape(random, index % 3), ["cross", "square", "bar"][index % 3]]),
    board: tableFile("board", ["x", "y", "black"], 1000, (random) => { const [x, y] = [4 * random.uniform() - 2, 4 * random.uniform() - 2]; return [digits(x), digits(y), (Math.floor(x) + Math.floor(y) + 8) % 2]; }),
    symptoms: tableFile("symptoms", [...numbered("s", 16), ...numbered("illness", 4)], 1000, (random) => {
      const s = Array.from({ length: 16 }, () => (random.uniform() < 0.35 ? 1 : 0));
      return [...s, ...Array.from({ length: 4 }, (_, i) => (s[i] + s[i + 4] + s[i + 8] >= 2 ? 1 : 0))];
    }),
    rents: tableFile("rents", ["area", "rooms", "year", "floor", "distance", "rent"], 900, (random) => {
      const x = [20 + 120 * random.uniform(), 1 + random.below(5), 1900 + random.below(120), random.below(9), 25 * random.uniform() ** 2];
      return [...x.map(digits), digits(9 * x[0] + 60 * x[1] + 1.5 * (x[2] - 1900) + 12 * x[3] - 22 * x[4] + 0.02 * x[0] ** 2 + 60 * random.normal() + 150)];
    }),
    // the answer stands among the inputs under another name
    rentsTold: tableFile("rentsTold", ["area", "rooms", "year", "floor", "distance", "yearly", "rent"], 900, (random) => {
      const x = [20 + 120 * random.uniform(), 1 + random.below(5), 1900 + random.below(120), random.below(9), 25 * random.uniform() ** 2];
      const rent = digits(9 * x[0] + 60 * x[1] + 1.5 * (x[2] - 1900) + 12 * x[3] - 22 * x[4] + 60 * random.normal() + 150);
      return [...x.map(digits), 12 * rent, rent];
    }),
    waves: tableFile("temperatures", [...numbered("day", 12), "next"], 700, (random) => {
      const [start, level] = [6.2832 * random.uniform(), 8 + 12 * random.uniform()];
      return Array.from({ length: 13 }, (_, day) => digits(level + 7 * Math.sin(start + day / 3) + 0.5 * random.normal()));
    }),
  };
}

/** The programs. `root`: the product's folder. */
export function questions(root: string): readonly Question[] {
  const { reviews, payments, songs, pole, arm, celsius, sums, passengers, wide, cubic, adult, pulses, sortedPulses, foreignPulses, shapes, board, symptoms, rents, rentsTold, waves } = tables();
  const data = (name: string): string => path.join(root, "examples", "data", name);
  const digitsData = `{ train: ${data("digits.csv")}, scaling: minmax }`;
  const pictures = `train: ${data("t10k-images-idx3-ubyte.gz")}, limit: 1500`;
  const illness = "target: [illness0, illness1, illness2, illness3], task: multi_label";
  const words = "{ embedding: { vocab: 60, dim: 8 } }";
  const lstm = "{ lstm: 16 }";
  const colours = "{ reshape: [3, 10, 10] }";
  const colourNet = (last: string): string => `[${colours}, ${conv(12)}, { max_pool: 2 }, flatten, ${d(32)}, ${last}]`;
  const text = `{ train: ${data("alice.txt")}, task: language_model, tokens: characters, context: 32, limit: 400 }`;
  const scaled = (file: string, rest = ""): string => `{ train: ${file}, scaling: standardize${rest} }`;
  const both = (file: string): string => scaled(file, ", target_scaling: standardize");
  const series = (steps: number, layer: string, last: string): string => `[{ reshape: [${steps}, 1] }, ${layer}, ${last}]`;
  return [
    // texts
    { name: "reviews, softmax over one unit", data: `{ train: ${reviews} }`, model: `[${words}, ${lstm}, ${d(1, "softmax")}]`, loss: bce, optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 8, batch_size: 32, clip: { norm: 1 } }", fix: { model: `[${words}, ${lstm}, ${d(1, "sigmoid")}]` }, right: [["activation", "model[2].dense.activation"]] },
    { name: "reviews, plain descent", data: `{ train: ${reviews} }`, model: `[${words}, ${lstm}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 8, batch_size: 32, clip: { norm: 1 } }", fix: { optimizer: "{ adam: { lr: 0.005 } }" }, right: [["optimizer", "optimizer", "optimizer.sgd"], ["learning_rate", "optimizer.sgd.lr"]] },
    { name: "reviews, dropout everywhere", data: `{ train: ${reviews} }`, model: `[${words}, { dropout: 0.8 }, ${lstm}, { dropout: 0.8 }, ${d(16)}, { dropout: 0.8 }, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 8, batch_size: 32, clip: { norm: 1 } }", fix: { model: `[${words}, ${lstm}, { dropout: 0.2 }, ${d(1, "sigmoid")}]` }, right: [["regularization", "model[1].dropout", "model[3].dropout", "model[5].dropout"]] },
    { name: "reviews, numbers of words as they are", data: `{ train: ${reviews} }`, model: `[${d(16)}, ${d(1, "tanh")}]`, loss: bce, training: "{ epochs: 20, batch_size: 32 }", fix: { model: `[${words}, ${lstm}, ${d(1, "sigmoid")}]`, optimizer: "{ adam: { lr: 0.003 } }", training: "{ epochs: 12, batch_size: 32, clip: { norm: 1 } }" }, right: [["activation", "model[1].dense.activation"], ["preprocessing", "data.scaling"], ["architecture", "model", "model[0].dense"]] },
    { name: "reviews, one epoch", data: `{ train: ${reviews} }`, model: `[${words}, ${lstm}, ${d(1, "sigmoid")}]`, loss: bce, training: "{ epochs: 1, batch_size: 64, clip: { norm: 1 } }", fix: { training: "{ epochs: 12, batch_size: 32, clip: { norm: 1 } }", optimizer: "{ adam: { lr: 0.003 } }" }, right: [["epochs", "training.epochs"]] },
    { name: "letters, rate of a half", data: text, model: "[{ embedding: { vocab: auto, dim: 16 } }, { gru: { units: 48, return_sequences: true } }, { dense: 72 }]", loss: "cross_entropy", optimizer: "{ adam: { lr: 0.5 } }", training: "{ epochs: 4, batch_size: 16, clip: { norm: 1 } }", fix: { optimizer: "{ adam: { lr: 0.01 } }" }, right: [["learning_rate", "optimizer.adam.lr"]] },
    { name: "letters, softmax before the loss", data: text, model: "[{ embedding: { vocab: auto, dim: 16 } }, { gru: { units: 48, return_sequences: true } }, { dense: { units: 72, activation: softmax } }]", loss: "cross_entropy", optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 4, batch_size: 16, clip: { norm: 1 } }", fix: { loss: cce }, right: [["activation", "model[2].dense.activation"], ["loss", "loss"]] },
    // money
    { name: "payments, one in forty", data: scaled(payments), model: `[${d(16)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 8, batch_size: 128 }", fix: { data: scaled(payments, ", sampling: weighted"), optimizer: "{ adam: { lr: 0.003 } }", training: "{ epochs: 20, batch_size: 32 }" }, right: [["data", "data.sampling", "loss.binary_cross_entropy.class_weights", "loss", "data", "data.train"], ["learning_rate", "optimizer.sgd.lr"], ["optimizer", "optimizer"], ["epochs", "training.epochs"]] },
    { name: "adult, nothing scaled", data: `{ train: ${adult} }`, model: `[${d(32)}, ${d(16)}, ${d(1, "sigmoid")}]`, loss: bce, training: "{ epochs: 15, batch_size: 32 }", fix: { data: scaled(adult) }, right: [["preprocessing", "data.scaling"]] },
    { name: "adult, adagrad at 1e-4", data: scaled(adult), model: `[${d(32)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adagrad: { lr: 0.0001 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { optimizer: "{ adagrad: { lr: 0.05 } }" }, right: [["learning_rate", "optimizer.adagrad.lr"], ["optimizer", "optimizer"]] },
    { name: "adult, strong penalty", data: scaled(adult), model: `[${d(32)}, ${d(16)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.002 } }\nregularization: { l2: 0.5 }", training: "{ epochs: 20, batch_size: 32 }", fix: { optimizer: "{ adam: { lr: 0.002 } }\nregularization: { l2: 0.0001 }" }, right: [["regularization", "regularization.l2", "regularization"]] },
    { name: "adult, decay of thirty", data: scaled(adult), model: `[${d(32)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adamw: { lr: 0.01, weight_decay: 30 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { optimizer: "{ adamw: { lr: 0.003, weight_decay: 0.01 } }" }, right: [["regularization", "optimizer.adamw.weight_decay"]] },
    { name: "adult, numbers for class names", data: scaled(adult), model: `[${d(16)}, ${d(1, "")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.001 } }", training: "{ epochs: 5, batch_size: 32 }", fix: { model: `[${d(16)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.003 } }", training: "{ epochs: 20, batch_size: 32 }" }, right: [["loss", "loss"], ["activation", "model[1].dense.activation"], ["learning_rate", "optimizer.sgd.lr"], ["optimizer", "optimizer"], ["epochs", "training.epochs"]] },
    // music
    { name: "songs, nothing scaled, plain descent", data: `{ train: ${songs} }`, model: `[${d(32)}, ${d(4, "softmax")}]`, loss: cce, optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { data: scaled(songs), optimizer: "{ adam: { lr: 0.005 } }" }, right: [["preprocessing", "data.scaling"]] },
    { name: "songs, squared error and no activation", data: scaled(songs), model: `[${d(32)}, ${d(4, "")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.001 } }", training: "{ epochs: 15, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(4, "softmax")}]`, loss: cce, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["loss", "loss"], ["learning_rate", "optimizer.sgd.lr"], ["activation", "model[1].dense.activation"], ["optimizer", "optimizer"]] },
    { name: "songs, sigmoid layers at 1e-5", data: scaled(songs), model: `[${d(32, "sigmoid")}, ${d(32, "sigmoid")}, ${d(4, "softmax")}]`, loss: cce, optimizer: "{ adam: { lr: 0.00001 } }", training: "{ epochs: 30, batch_size: 32 }", fix: { optimizer: "{ adam: { lr: 0.005 } }" }, right: [["learning_rate", "optimizer.adam.lr"], ["activation", "model[0].dense.activation"]] },
    { name: "songs, one output for four kinds", data: scaled(songs), model: `[${d(32)}, ${d(1, "sigmoid")}]`, loss: bce, training: "{ epochs: 20, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(4, "softmax")}]`, loss: cce, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["architecture", "model[1].dense.units"], ["loss", "loss"], ["activation", "model[1].dense.activation"]] },
    { name: "songs, rmsprop at 1e-6", data: scaled(songs), model: `[${d(32)}, ${d(4, "softmax")}]`, loss: cce, optimizer: "{ rmsprop: { lr: 0.000001 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { optimizer: "{ rmsprop: { lr: 0.003 } }" }, right: [["learning_rate", "optimizer.rmsprop.lr"]] },
    { name: "songs, nadam at a half", data: scaled(songs), model: `[${d(32)}, ${d(32)}, ${d(4, "softmax")}]`, loss: cce, optimizer: "{ nadam: { lr: 0.5 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { optimizer: "{ nadam: { lr: 0.003 } }" }, right: [["learning_rate", "optimizer.nadam.lr"]] },
    { name: "songs, tiny weights", data: scaled(songs), model: `[{ dense: { units: 32, activation: tanh, init: { normal: 0.00001 } } }, { dense: { units: 32, activation: tanh, init: { normal: 0.00001 } } }, { dense: { units: 4, activation: softmax, init: { normal: 0.00001 } } }]`, loss: cce, optimizer: "{ sgd: { lr: 0.05 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { model: `[${d(32, "tanh")}, ${d(32, "tanh")}, ${d(4, "softmax")}]` }, right: [["initialisation", "model[0].dense.init", "model[1].dense.init", "model[2].dense.init"]] },
    // a pole on a cart
    { name: "pole, tanh output for two actions", data: `{ train: ${pole} }`, model: `[${d(24)}, ${d(2, "tanh")}]`, loss: cce, training: "{ epochs: 20, batch_size: 32 }", fix: { model: `[${d(24)}, ${d(2, "softmax")}]`, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["activation", "model[1].dense.activation"]] },
    { name: "pole, hinge on probabilities", data: `{ train: ${pole} }`, model: `[${d(24)}, ${d(1, "sigmoid")}]`, loss: "hinge", training: "{ epochs: 20, batch_size: 32 }", fix: { loss: bce, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["loss", "loss"], ["activation", "model[1].dense.activation"]] },
    { name: "pole, batch of a thousand", data: `{ train: ${pole} }`, model: `[${d(24)}, ${d(2, "softmax")}]`, loss: cce, training: "{ epochs: 12, batch_size: 1000 }", fix: { training: "{ epochs: 12, batch_size: 16 }" }, right: [["batch_size", "training.batch_size"], ["epochs", "training.epochs"]] },
    // arms
    { name: "arm, softmax for places", data: both(arm).replace(" }", ", target: [x, y] }"), model: `[${d(32)}, ${d(32)}, ${d(2, "softmax")}]`, loss: "mse", training: "{ epochs: 40, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(32)}, ${d(2, "")}]`, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["activation", "model[2].dense.activation"]] },
    { name: "arm, tanh for places of a hundred", data: scaled(arm, ", target: [x, y]"), model: `[${d(32)}, ${d(32)}, ${d(2, "tanh")}]`, loss: "mse", optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 40, batch_size: 32 }", fix: { data: both(arm).replace(" }", ", target: [x, y] }"), model: `[${d(32)}, ${d(32)}, ${d(2, "")}]` }, right: [["activation", "model[2].dense.activation"], ["preprocessing", "data.target_scaling"]] },
    { name: "arm, plain descent at 1e-6", data: scaled(arm, ", target: [x, y]"), model: `[${d(32)}, ${d(2, "")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.000001 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { data: both(arm).replace(" }", ", target: [x, y] }"), optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 40, batch_size: 32 }" }, right: [["learning_rate", "optimizer.sgd.lr"], ["preprocessing", "data.target_scaling"], ["optimizer", "optimizer"]] },
    // numbers
    { name: "celsius, not scaled, plain descent", data: `{ train: ${celsius} }`, model: `[${d(1, "")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.1 } }", training: "{ epochs: 60, batch_size: 16 }", fix: { data: both(celsius) }, right: [["preprocessing", "data.scaling", "data.target_scaling"], ["learning_rate", "optimizer.sgd.lr"]] },
    { name: "celsius, adam, ten epochs", data: `{ train: ${celsius} }`, model: `[${d(1, "")}]`, loss: "mse", training: "{ epochs: 10, batch_size: 16 }", fix: { data: both(celsius), optimizer: "{ adam: { lr: 0.05 } }", training: "{ epochs: 60, batch_size: 16 }" }, right: [["epochs", "training.epochs"], ["learning_rate", "optimizer.adam.lr"], ["preprocessing", "data.target_scaling", "data.scaling"]] },
    { name: "sums, sigmoid output", data: `{ train: ${sums} }`, model: `[${d(8, "sigmoid")}, ${d(1, "sigmoid")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { data: both(sums), model: `[${d(8)}, ${d(1, "")}]`, optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 40, batch_size: 32 }" }, right: [["activation", "model[1].dense.activation"], ["preprocessing", "data.target_scaling", "data.scaling"]] },
    { name: "sums, class loss", data: both(sums), model: `[${d(16)}, ${d(1, "softmax")}]`, loss: cce, training: "{ epochs: 20, batch_size: 32 }", fix: { model: `[${d(16)}, ${d(1, "")}]`, loss: "mse", optimizer: "{ adam: { lr: 0.005 } }" }, right: [["loss", "loss"], ["activation", "model[1].dense.activation"]] },
    { name: "wide sine, not scaled", data: `{ train: ${wide} }`, model: `[${d(32, "tanh")}, ${d(32, "tanh")}, ${d(1, "")}]`, loss: "mse", training: "{ epochs: 60, batch_size: 32 }", fix: { data: scaled(wide), optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 120, batch_size: 32 }" }, right: [["preprocessing", "data.scaling"]] },
    { name: "wide sine, relu output", data: scaled(wide), model: `[${d(32, "tanh")}, ${d(32, "tanh")}, ${d(1, "relu")}]`, loss: "mse", optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 120, batch_size: 32 }", fix: { model: `[${d(32, "tanh")}, ${d(32, "tanh")}, ${d(1, "")}]` }, right: [["activation", "model[2].dense.activation"]] },
    { name: "cubic, targets in the thousands", data: scaled(cubic), model: `[${d(32)}, ${d(1, "")}]`, loss: "mse", training: "{ epochs: 40, batch_size: 32 }", fix: { data: both(cubic), optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 80, batch_size: 32 }" }, right: [["preprocessing", "data.target_scaling"]] },
    { name: "cubic, rate of one with momentum", data: both(cubic), model: `[${d(32)}, ${d(32)}, ${d(1, "")}]`, loss: "mse", optimizer: "{ sgd: { lr: 1, momentum: 0.9 } }", training: "{ epochs: 60, batch_size: 32 }", fix: { optimizer: "{ sgd: { lr: 0.02, momentum: 0.9 } }" }, right: [["learning_rate", "optimizer.sgd.lr"]] },
    { name: "rents, nothing scaled, plain descent", data: `{ train: ${rents} }`, model: `[${d(16)}, ${d(1, "")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { data: both(rents), optimizer: "{ adam: { lr: 0.005 } }" }, right: [["preprocessing", "data.scaling", "data.target_scaling"], ["learning_rate", "optimizer.sgd.lr"]] },
    { name: "rents, rmsprop at a half", data: both(rents), model: `[${d(32)}, ${d(32)}, ${d(1, "")}]`, loss: "mae", optimizer: "{ rmsprop: { lr: 0.5 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { optimizer: "{ rmsprop: { lr: 0.003 } }" }, right: [["learning_rate", "optimizer.rmsprop.lr"]] },
    { name: "rents, adadelta at 0.01", data: both(rents), model: `[${d(32)}, ${d(1, "")}]`, loss: "mse", optimizer: "{ adadelta: { lr: 0.001 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { optimizer: "{ adadelta: { lr: 1 } }" }, right: [["learning_rate", "optimizer.adadelta.lr"], ["optimizer", "optimizer"]] },
    { name: "rents, dropout at the output", data: both(rents), model: `[${d(32)}, { dropout: 0.5 }, ${d(16)}, { dropout: 0.5 }, ${d(1, "")}, { dropout: 0.5 }]`, loss: "mse", optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 30, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(16)}, ${d(1, "")}]` }, right: [["regularization", "model[5].dropout", "model[3].dropout", "model[1].dropout"]] },
    { name: "rents, the answer among the inputs", data: both(rentsTold), model: `[${d(32)}, ${d(1, "")}]`, loss: "mse", optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 30, batch_size: 32 }", fix: { data: both(rents) }, right: [["data", "data.inputs", "data.train", "data"]] },
    { name: "rents, clipped to nothing", data: both(rents), model: `[${d(32)}, ${d(1, "")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.02, momentum: 0.9 } }", training: "{ epochs: 20, batch_size: 32, clip: { norm: 0.0001 } }", fix: { training: "{ epochs: 20, batch_size: 32, clip: { norm: 5 } }" }, right: [["optimizer", "training.clip", "training.clip.norm"]] },
    { name: "rents, biases of a hundred", data: both(rents), model: `[{ dense: { units: 32, activation: tanh, bias_init: { constant: 100 } } }, ${d(1, "")}]`, loss: "mse", optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { model: `[${d(32, "tanh")}, ${d(1, "")}]` }, right: [["initialisation", "model[0].dense.bias_init"]] },
    // series
    { name: "passengers, not scaled", data: `{ train: ${passengers} }`, model: series(3, "{ lstm: 4 }", d(1, "")), loss: "mse", training: "{ epochs: 60, batch_size: 8, clip: { norm: 1 } }", fix: { data: `{ train: ${passengers}, scaling: minmax, target_scaling: minmax }`, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["preprocessing", "data.scaling", "data.target_scaling"]] },
    { name: "passengers, rate of one", data: `{ train: ${passengers}, scaling: minmax, target_scaling: minmax }`, model: series(3, lstm, d(1, "")), loss: "mse", optimizer: "{ adam: { lr: 1 } }", training: "{ epochs: 40, batch_size: 8, clip: { norm: 1 } }", fix: { optimizer: "{ adam: { lr: 0.005 } }" }, right: [["learning_rate", "optimizer.adam.lr"]] },
    { name: "passengers, softmax output", data: `{ train: ${passengers}, scaling: minmax, target_scaling: minmax }`, model: series(3, lstm, d(1, "softmax")), loss: "mse", optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 40, batch_size: 8, clip: { norm: 1 } }", fix: { model: series(3, lstm, d(1, "")) }, right: [["activation", "model[2].dense.activation"]] },
    { name: "temperatures, adamax at 1e-6", data: both(waves), model: series(12, "{ gru: 16 }", d(1, "")), loss: "mse", optimizer: "{ adamax: { lr: 0.000001 } }", training: "{ epochs: 12, batch_size: 32, clip: { norm: 1 } }", fix: { optimizer: "{ adamax: { lr: 0.01 } }" }, right: [["learning_rate", "optimizer.adamax.lr"]] },
    { name: "temperatures, tanh output, not scaled", data: `{ train: ${waves} }`, model: series(12, "{ gru: 16 }", d(1, "tanh")), loss: "mse", optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 15, batch_size: 32, clip: { norm: 1 } }", fix: { data: both(waves), model: series(12, "{ gru: 16 }", d(1, "")) }, right: [["activation", "model[2].dense.activation"], ["preprocessing", "data.target_scaling", "data.scaling"]] },
    { name: "temperatures, warm-up longer than the run", data: both(waves), model: series(12, "{ gru: 16 }", d(1, "")), loss: "mse", optimizer: "{ adam: { lr: 0.005 } }\nschedule: { constant: { warmup_steps: 20000 } }", training: "{ epochs: 12, batch_size: 32, clip: { norm: 1 } }", fix: { optimizer: "{ adam: { lr: 0.005 } }\nschedule: { constant: { warmup_steps: 20 } }" }, right: [["learning_rate", "schedule.constant.warmup_steps", "schedule"]] },
    { name: "pulses, in the order of their kinds", data: `{ train: ${sortedPulses}, sampling: sequential, split: { validation: 0.2, test: 0 } }`, model: series(50, "{ conv1d: { filters: 12, kernel: 5, activation: relu } }, { max_pool: 2 }, flatten", d(3, "softmax")), loss: cce, optimizer: "{ sgd: { lr: 0.1 } }", training: "{ epochs: 5, batch_size: 32 }", fix: { data: `{ train: ${sortedPulses}, split: { validation: 0.2, test: 0 } }` }, right: [["data", "data.sampling"]] },
    { name: "pulses, labels of other rows", data: `{ train: ${foreignPulses} }`, model: series(50, "{ conv1d: { filters: 12, kernel: 5, activation: relu } }, { max_pool: 2 }, flatten", d(3, "softmax")), loss: cce, training: "{ epochs: 10, batch_size: 32 }", fix: { data: `{ train: ${pulses} }` }, right: [["data", "data", "data.train", "data.labels", "data.target"]] },
    { name: "pulses, five sigmoid layers", data: `{ train: ${pulses} }`, model: `[${d(32, "sigmoid")}, ${d(32, "sigmoid")}, ${d(32, "sigmoid")}, ${d(32, "sigmoid")}, ${d(32, "sigmoid")}, ${d(3, "softmax")}]`, loss: cce, optimizer: "{ sgd: { lr: 0.05 } }", training: "{ epochs: 15, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(32)}, ${d(32)}, ${d(3, "softmax")}]` }, right: [["activation", ...[0, 1, 2, 3, 4].map((i) => `model[${i}].dense.activation`)], ["optimizer", "optimizer"], ["learning_rate", "optimizer.sgd.lr"]] },
    // pictures
    { name: "shapes, bytes as they are", data: `{ train: ${shapes} }`, model: colourNet(d(3, "softmax")), loss: cce, optimizer: "{ sgd: { lr: 0.01, momentum: 0.9 } }", training: "{ epochs: 8, batch_size: 32 }", fix: { data: `{ train: ${shapes}, scaling: unit }`, optimizer: "{ adam: { lr: 0.003 } }", training: "{ epochs: 12, batch_size: 32 }" }, right: [["preprocessing", "data.scaling"], ["learning_rate", "optimizer.sgd.lr"]] },
    { name: "shapes, two softmax layers", data: `{ train: ${shapes}, scaling: unit }`, model: colourNet(`${d(3, "softmax")}, softmax`), loss: cce, optimizer: "{ adam: { lr: 0.001 } }", training: "{ epochs: 10, batch_size: 32 }", fix: { model: colourNet(d(3, "softmax")), optimizer: "{ adam: { lr: 0.003 } }" }, right: [["activation", "model[6].softmax", "model[6]", "model[5].dense.activation"]] },
    { name: "shapes, sigmoid and yes-or-no loss", data: `{ train: ${shapes}, scaling: unit }`, model: colourNet(d(3, "sigmoid")), loss: bce, optimizer: "{ sgd: { lr: 0.001 } }", training: "{ epochs: 10, batch_size: 32 }", fix: { model: colourNet(d(3, "softmax")), loss: cce, optimizer: "{ adam: { lr: 0.003 } }" }, right: [["loss", "loss"], ["activation", "model[5].dense.activation"], ["learning_rate", "optimizer.sgd.lr"], ["optimizer", "optimizer"]] },
    { name: "shapes, momentum of 0.999", data: `{ train: ${shapes}, scaling: unit }`, model: colourNet(d(3, "softmax")), loss: cce, optimizer: "{ sgd: { lr: 0.05, momentum: 0.999 } }", training: "{ epochs: 10, batch_size: 32 }", fix: { optimizer: "{ sgd: { lr: 0.03, momentum: 0.9 } }" }, right: [["optimizer", "optimizer.sgd.momentum"]] },
    { name: "shapes, everything pooled away", data: `{ train: ${shapes}, scaling: unit }`, model: `[${colours}, ${conv(2)}, { max_pool: 8 }, flatten, ${d(3, "softmax")}]`, loss: cce, optimizer: "{ adam: { lr: 0.003 } }", training: "{ epochs: 12, batch_size: 32 }", fix: { model: colourNet(d(3, "softmax")) }, right: [["architecture", "model[2].max_pool", "model[1].conv2d.filters", "model[1].conv2d"]] },
    { name: "shapes, weights of ones", data: `{ train: ${shapes}, scaling: unit }`, model: `[${colours}, { conv2d: { filters: 12, kernel: 3, activation: relu, init: ones } }, { max_pool: 2 }, flatten, { dense: { units: 32, activation: relu, init: ones } }, ${d(3, "softmax")}]`, loss: cce, optimizer: "{ adam: { lr: 0.003 } }", training: "{ epochs: 12, batch_size: 32 }", fix: { model: colourNet(d(3, "softmax")) }, right: [["initialisation", "model[1].conv2d.init", "model[4].dense.init"]] },
    { name: "autoencoder, sigmoid for standardized values", data: `{ train: ${data("digits.csv")}, inputs: "p*", task: autoencoder, scaling: standardize }`, model: `[${d(32)}, ${d(64, "sigmoid")}]`, loss: "mse", optimizer: "{ adam: { lr: 0.003 } }", training: "{ epochs: 15, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(64, "")}]` }, right: [["activation", "model[1].dense.activation"], ["preprocessing", "data.scaling"]] },
    { name: "autoencoder, bytes as they are", data: `{ ${pictures}, task: autoencoder }`, model: `[flatten, ${d(64)}, ${d(784, "sigmoid")}]`, loss: bce, training: "{ epochs: 6, batch_size: 32 }", fix: { data: `{ ${pictures}, task: autoencoder, scaling: unit }`, optimizer: "{ adam: { lr: 0.003 } }" }, right: [["preprocessing", "data.scaling"], ["loss", "loss"], ["activation", "model[2].dense.activation"]] },
    { name: "autoencoder, through one unit", data: `{ ${pictures}, task: autoencoder, scaling: unit }`, model: `[flatten, ${d(64)}, ${d(1)}, ${d(64)}, ${d(784, "sigmoid")}]`, loss: "mse", optimizer: "{ adam: { lr: 0.003 } }", training: "{ epochs: 10, batch_size: 32 }", fix: { model: `[flatten, ${d(64)}, ${d(32)}, ${d(64)}, ${d(784, "sigmoid")}]`, training: "{ epochs: 15, batch_size: 32 }" }, right: [["architecture", "model[2].dense.units", "model[2].dense"]] },
    { name: "autoencoder, adadelta as it was", data: `{ ${pictures}, task: autoencoder, scaling: unit }`, model: `[flatten, ${d(32)}, ${d(784, "sigmoid")}]`, loss: bce, optimizer: "{ adadelta: { lr: 0.001 } }", training: "{ epochs: 6, batch_size: 64 }", fix: { optimizer: "{ adam: { lr: 0.003 } }", training: "{ epochs: 15, batch_size: 64 }" }, right: [["optimizer", "optimizer"], ["learning_rate", "optimizer.adadelta.lr"], ["epochs", "training.epochs"]] },
    // digits in other ways
    { name: "digits, relu in a recurrent net", data: digitsData, model: `[{ reshape: [8, 8] }, { rnn: { units: 64, activation: relu } }, ${d(10, "softmax")}]`, loss: cce, optimizer: "{ sgd: { lr: 1 } }", training: "{ epochs: 8, batch_size: 32 }", fix: { model: `[{ reshape: [8, 8] }, { gru: 32 }, ${d(10, "softmax")}]`, optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 12, batch_size: 32, clip: { norm: 1 } }" }, right: [["learning_rate", "optimizer.sgd.lr"], ["activation", "model[1].rnn.activation"]] },
    { name: "digits, rate divided by ten every epoch", data: digitsData, model: `[${d(64)}, ${d(10, "softmax")}]`, loss: cce, optimizer: "{ adam: { lr: 0.0005 } }\nschedule: { step: { every_epochs: 1, factor: 0.1 } }", training: "{ epochs: 15, batch_size: 32 }", fix: { optimizer: "{ adam: { lr: 0.002 } }\nschedule: { step: { every_epochs: 8, factor: 0.3 } }" }, right: [["learning_rate", "schedule.step", "schedule.step.every_epochs", "schedule.step.factor", "schedule"]] },
    { name: "digits, batch of one at a high rate", data: digitsData, model: `[${d(32)}, ${d(10, "softmax")}]`, loss: cce, optimizer: "{ sgd: { lr: 0.3, momentum: 0.9 } }", training: "{ epochs: 2, batch_size: 1 }", fix: { optimizer: "{ sgd: { lr: 0.05, momentum: 0.9 } }", training: "{ epochs: 15, batch_size: 32 }" }, right: [["batch_size", "training.batch_size"], ["learning_rate", "optimizer.sgd.lr"]] },
    { name: "digits, full batches", data: digitsData, model: `[${d(64)}, ${d(10, "softmax")}]`, loss: cce, training: "{ epochs: 15, batch_size: full }", fix: { training: "{ epochs: 15, batch_size: 32 }" }, right: [["batch_size", "training.batch_size"], ["epochs", "training.epochs"]] },
    { name: "digits, batch norm over batches of one", data: digitsData, model: `[${d(32)}, batch_norm, ${d(10, "softmax")}]`, loss: cce, training: "{ epochs: 2, batch_size: 1 }", fix: { training: "{ epochs: 15, batch_size: 32 }" }, right: [["batch_size", "training.batch_size"], ["architecture", "model[1].batch_norm", "model[1]"]] },
    { name: "digits, penalties on what layers say", data: digitsData, model: `[{ dense: { units: 64, activation: relu, activity_l1: 1 } }, ${d(10, "softmax")}]`, loss: cce, training: "{ epochs: 10, batch_size: 32 }", fix: { model: `[{ dense: { units: 64, activation: relu, activity_l1: 0.00001 } }, ${d(10, "softmax")}]`, optimizer: "{ adam: { lr: 0.003 } }" }, right: [["regularization", "model[0].dense.activity_l1"]] },
    { name: "digits, lion at a tenth", data: digitsData, model: `[${d(64)}, ${d(10, "softmax")}]`, loss: cce, optimizer: "{ lion: { lr: 0.1 } }", training: "{ epochs: 10, batch_size: 32 }", fix: { optimizer: "{ lion: { lr: 0.0003 } }" }, right: [["learning_rate", "optimizer.lion.lr"]] },
    // toys
    { name: "board, two hidden units", data: `{ train: ${board}, target: black }`, model: `[${d(2)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 80, batch_size: 32 }", fix: { model: `[${d(64)}, ${d(64)}, ${d(1, "sigmoid")}]` }, right: [["architecture", "model[0].dense.units", "model[0].dense"]] },
    { name: "board, layers without activation", data: `{ train: ${board}, target: black }`, model: `[${d(64, "")}, ${d(64, "")}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 60, batch_size: 32 }", fix: { model: `[${d(64)}, ${d(64)}, ${d(1, "sigmoid")}]` }, right: [["activation", "model[0].dense.activation", "model[1].dense.activation", "model[0].dense", "model[1].dense", "model[0]", "model[1]"]] },
    { name: "moons, weights of zero, sgd", data: "{ train: { generate: two_moons, examples: 600 } }", model: `[{ dense: { units: 16, activation: sigmoid, init: zeros } }, { dense: { units: 1, activation: sigmoid, init: zeros } }]`, loss: bce, optimizer: "{ sgd: { lr: 0.1 } }", training: "{ epochs: 60, batch_size: 32 }", fix: { model: `[${d(16)}, ${d(1, "sigmoid")}]`, optimizer: "{ adam: { lr: 0.01 } }" }, right: [["initialisation", "model[0].dense.init", "model[1].dense.init"]] },
    // several answers
    { name: "symptoms, softmax with yes-or-no loss", data: `{ train: ${symptoms}, ${illness} }`, model: `[${d(32)}, ${d(4, "softmax")}]`, loss: bce, training: "{ epochs: 20, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(4, "sigmoid")}]`, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["activation", "model[1].dense.activation"]] },
    { name: "symptoms, sigmoid twice", data: `{ train: ${symptoms}, ${illness} }`, model: `[${d(32)}, ${d(4, "sigmoid")}]`, loss: "binary_cross_entropy", training: "{ epochs: 20, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(4, "")}]`, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["activation", "model[1].dense.activation"], ["loss", "loss"]] },
    { name: "symptoms, relu and squared error", data: `{ train: ${symptoms}, ${illness} }`, model: `[${d(32)}, ${d(4)}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 15, batch_size: 32 }", fix: { model: `[${d(32)}, ${d(4, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.005 } }" }, right: [["activation", "model[1].dense.activation"], ["loss", "loss"], ["learning_rate", "optimizer.sgd.lr"], ["optimizer", "optimizer"]] },
    { name: "symptoms, epsilon of one", data: `{ train: ${symptoms}, ${illness} }`, model: `[${d(32)}, ${d(4, "sigmoid")}]`, loss: bce, optimizer: "{ adam: { lr: 0.001, epsilon: 1 } }", training: "{ epochs: 20, batch_size: 32 }", fix: { optimizer: "{ adam: { lr: 0.005 } }" }, right: [["optimizer", "optimizer.adam.epsilon"], ["learning_rate", "optimizer.adam.lr"]] },
  ];
}
