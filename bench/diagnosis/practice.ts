/** Programs of a third collection, written to find what the rules miss: counts, spectra, sensors, masks, mail, and the faults that are seldom asked about. */
import path from "node:path";
import type { RandomStream } from "../../src/engine/random/stream.js";
import { bce, cce, d, digits, tableFile, type Question } from "./question.js";

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}${index}`);
const bounded = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** Strokes on 8 x 8 pixels, as bytes: a bar, a rising or falling diagonal, a cross, a frame. */
function glyph(random: RandomStream, kind: number): number[] {
  const [row, column, ink] = [2 + random.below(4), 2 + random.below(4), 140 + random.below(110)];
  return Array.from({ length: 64 }, (_, index) => {
    const [y, x] = [Math.floor(index / 8) - row, (index % 8) - column];
    const near = Math.max(Math.abs(x), Math.abs(y));
    const on = near <= 2 && [y === 0, x === y, x === -y, x === 0 || y === 0, near === 2][kind];
    return bounded(Math.round((on ? ink : 30) + 18 * random.normal()), 0, 255);
  });
}

/** Acceleration along three axes over 24 moments (all of one moment beside each other): rest, walking, running, stairs, shaking. */
function motion(random: RandomStream, kind: number): number[] {
  const [phase, speed, force] = [6.2832 * random.uniform(), [0, 0.5, 1, 0.5, 1.7][kind], [0.1, 1, 2, 1, 1.4][kind] * (0.8 + 0.4 * random.uniform())];
  return Array.from({ length: 72 }, (_, index) => {
    const [moment, axis] = [Math.floor(index / 3), index % 3];
    const swing = force * Math.sin(phase + speed * moment + axis);
    return digits(swing + (kind === 3 && axis === 2 ? 0.08 * moment : 0) + (axis === 1 ? 9.8 : 0) + 0.35 * random.normal());
  });
}

/** A blot on 8 x 8 noisy pixels, and where it is. */
function blot(random: RandomStream): number[] {
  const [row, column, size] = [1 + 6 * random.uniform(), 1 + 6 * random.uniform(), 1.2 + 1.5 * random.uniform()];
  const inside = Array.from({ length: 64 }, (_, index) => (Math.hypot(Math.floor(index / 8) - row, (index % 8) - column) < size ? 1 : 0));
  return [...inside.map((on) => digits(0.7 * on + 0.25 * random.normal())), ...inside];
}

function tables() {
  const mail = (random: RandomStream): number[] => {
    const spam = random.uniform() < 0.4;
    const counts = Array.from({ length: 30 }, (_, word) => Math.floor(random.uniform() ** 4 * (6 + (spam === word < 8 ? 14 : 0))));
    return [...counts, Math.round(Math.exp(5 + (spam ? 0.6 : 0) + random.normal())), spam ? 1 : 0];
  };
  const ticket = (random: RandomStream, topic: number): number[] => Array.from({ length: 20 }, (_, place) => (place > 12 + random.below(8) ? 0 : random.uniform() < 0.3 ? 1 + 8 * topic + random.below(8) : 33 + random.below(67)));
  const flat = (random: RandomStream, told: boolean): (number | string)[] => {
    const [area, rooms, year, quarter] = [30 + 150 * random.uniform(), 1 + random.below(6), 1900 + random.below(120), ["north", "south", "harbour", "old town"][random.below(4)]];
    const price = Math.round(area * (quarter === "harbour" ? 3600 : quarter === "old town" ? 3000 : 2100) + 7000 * rooms + 250 * (year - 1900) + 12000 * random.normal());
    return [digits(area), rooms, year, quarter, ...(told ? [Math.round(0.06 * price) + 250] : []), price];
  };
  const wine = (random: RandomStream): number[] => {
    const x = [7 + 1.5 * random.normal(), bounded(0.5 + 0.2 * random.normal(), 0.1, 2), 2.5 + 1.4 * Math.abs(random.normal()), 45 + 30 * random.uniform() ** 2 * 4, 0.996 + 0.002 * random.normal(), 3.3 + 0.15 * random.normal(), 10 + 1.2 * random.normal()];
    const score = 0.8 * (x[6] - 10) - 3.2 * (x[1] - 0.5) - 0.01 * (x[3] - 80) + 0.35 * random.normal();
    return [...x.map(digits), score < -1 ? 4 : score < 0 ? 5 : score < 1 ? 6 : 7];
  };
  const wineColumns = ["acidity", "volatile", "sugar", "sulfur", "density", "ph", "alcohol", "quality"];
  const stars = (random: RandomStream, index: number): number[] => {
    const rare = index % 30 === 4;
    return [...Array.from({ length: 6 }, (_, i) => digits(random.normal() + (rare && i < 3 ? 1.6 : 0))), rare ? 1 : 0];
  };
  const wheel = (random: RandomStream, noise: number): (number | string)[] => {
    const [r, a] = [0.3 + 1.7 * random.uniform(), 6.2832 * random.uniform()];
    const kind = (Math.floor((a + 1.2 * r) / 1.5708) + 8) % 4;
    return [digits(r * Math.cos(a)), digits(r * Math.sin(a)), random.uniform() < noise ? ["a", "b", "c", "d"][random.below(4)] : ["a", "b", "c", "d"][kind]];
  };
  return {
    bikes: tableFile("bikes", ["hour", "weekday", "temperature", "humidity", "wind", "rentals"], 1200, (random) => {
      const [hour, day, warm, damp, wind] = [random.below(24), random.below(7), 30 * random.uniform() - 3, 20 + 80 * random.uniform(), 40 * random.uniform() ** 2];
      const rush = Math.exp(-(((hour - 8) / 2) ** 2)) * (day < 5 ? 1 : 0.2) + 1.2 * Math.exp(-(((hour - 17) / 3) ** 2));
      return [hour, day, digits(warm), digits(damp), digits(wind), Math.round(Math.max(0, 420 * rush * (0.4 + warm / 30) + 60 - 0.7 * damp + 15 * random.normal()))];
    }),
    wine: tableFile("wine", wineColumns, 1000, wine),
    wineLimited: tableFile("wineTasted", [...wineColumns.slice(0, 7), "bottle", "quality"], 1000, (random, index) => { const row = wine(random); return [...row.slice(0, 7), index, row[7]]; }),
    glyphs: tableFile("glyphs", [...numbered("px", 64), "stroke"], 1000, (random, index) => [...glyph(random, index % 5), index % 5]),
    tickets: tableFile("tickets", [...numbered("w", 20), "topic"], 1000, (random, index) => [...ticket(random, index % 4), ["billing", "login", "delivery", "returns"][index % 4]]),
    motions: tableFile("motions", [...numbered("a", 72), "activity"], 1000, (random, index) => [...motion(random, index % 5), index % 5]),
    motionsInOrder: tableFile("motionsInOrder", [...numbered("a", 72), "activity"], 1000, (random, index) => [...motion(random, Math.floor(index / 200)), Math.floor(index / 200)]),
    blots: tableFile("blots", [...numbered("p", 64), ...numbered("m", 64)], 900, blot),
    mails: tableFile("mails", [...numbered("word", 30), "capitals", "spam"], 1200, mail),
    buildings: tableFile("buildings", ["compactness", "wall", "roof", "height", "glass", "heating", "cooling"], 800, (random) => {
      const [c, wall, roof, height, glass] = [0.6 + 0.4 * random.uniform(), 245 + 170 * random.uniform(), 110 + 110 * random.uniform(), random.below(2) * 3.5 + 3.5, 0.4 * random.uniform()];
      const need = 6 + 14 * (height / 7) ** 2 + 25 * glass * c + 0.03 * (wall - 245) + 6 * (1 - c) * Math.sin(roof / 20);
      return [c, wall, roof, height, glass, need + 0.5 * random.normal(), 1.1 * need + 3 * Math.cos(roof / 25) + 0.7 * random.normal()].map(digits);
    }),
    flats: tableFile("flats", ["area", "rooms", "year", "quarter", "price"], 900, (random) => flat(random, false)),
    flatsTold: tableFile("flatsTold", ["area", "rooms", "year", "quarter", "fee", "price"], 900, (random) => flat(random, true)),
    stars: tableFile("stars", ["u", "g", "r", "i", "z", "shift", "quasar"], 2400, stars),
    wheel: tableFile("wheel", ["x", "y", "sector"], 1200, (random) => wheel(random, 0)),
    wheelNoisy: tableFile("wheelMixed", ["x", "y", "sector"], 1200, (random) => wheel(random, 0.9)),
    loads: tableFile("loads", [...numbered("h", 24), "next"], 700, (random) => {
      const [start, level] = [random.below(24), 300 + 200 * random.uniform()];
      return Array.from({ length: 25 }, (_, hour) => digits(level * (1 + 0.4 * Math.sin(((start + hour) * 6.2832) / 24)) + 8 * random.normal()));
    }),
  };
}

/** The programs. `root`: the product's folder. */
export function practice(root: string): readonly Question[] {
  const { bikes, wine, wineLimited, glyphs, tickets, motions, motionsInOrder, blots, mails, buildings, flats, flatsTold, stars, wheel, wheelNoisy, loads } = tables();
  const digitsFile = path.join(root, "examples", "data", "digits.csv");
  const scaled = (file: string, rest = ""): string => `{ train: ${file}, scaling: standardize${rest} }`;
  const both = (file: string, rest = ""): string => scaled(file, `, target_scaling: standardize${rest}`);
  const two = "target: [heating, cooling]";
  const mask = `target: [${numbered("m", 64).join(", ")}], task: multi_label`;
  const square = "{ reshape: [1, 8, 8] }";
  const glyphNet = (first: string, last = d(5)): string => `[${square}, ${first}, flatten, ${d(32)}, ${last}]`.replace(d(5), "{ dense: 5 }");
  const convolution = (args: string): string => `{ conv2d: { ${args}, activation: relu } }`;
  const steps = "{ reshape: [24, 3] }";
  const words = (dim: number): string => `{ embedding: { vocab: 100, dim: ${dim} } }`;
  const maskNet = (last: string): string => `[${square}, ${convolution("filters: 12, kernel: 3, padding: same")}, ${convolution("filters: 12, kernel: 3, padding: same")}, { conv2d: { filters: 1, kernel: 3, padding: same${last} } }, flatten]`;
  const adam = (lr: number): string => `{ adam: { lr: ${lr} } }`;
  const ce = "cross_entropy";
  return [
    // counts of rentals: numbers to 1,000
    { name: "bikes, nothing scaled, descent with momentum", data: `{ train: ${bikes} }`, model: `[${d(64)}, ${d(64)}, { dense: 1 }]`, loss: "mse", optimizer: "{ sgd: { lr: 0.01, momentum: 0.9 } }", training: "{ epochs: 30 }", fix: { data: both(bikes) }, right: [["preprocessing", "data.scaling", "data.target_scaling"], ["learning_rate", "optimizer.sgd.lr"]] },
    { name: "bikes, dropout of 0.8 in every layer", data: both(bikes), model: `[${d(64)}, { dropout: 0.8 }, ${d(64)}, { dropout: 0.8 }, { dense: 1 }]`, loss: "mae", optimizer: adam(0.005), training: "{ epochs: 50 }", fix: { model: `[${d(64)}, ${d(64)}, { dense: 1 }]` }, right: [["regularization", "model[1].dropout", "model[3].dropout"]] },
    { name: "bikes, whole batches, 20 epochs", data: both(bikes), model: `[${d(64)}, ${d(32)}, { dense: 1 }]`, loss: "mse", training: "{ epochs: 20, batch_size: full }", fix: { optimizer: adam(0.005), training: "{ epochs: 40, batch_size: 32 }" }, right: [["batch_size", "training.batch_size"], ["epochs", "training.epochs"]] },
    { name: "bikes, batches of 512", data: both(bikes), model: `[${d(32)}, ${d(32)}, { dense: 1 }]`, loss: "mse", optimizer: adam(0.001), training: "{ epochs: 25, batch_size: 512 }", fix: { training: "{ epochs: 25, batch_size: 16 }", optimizer: adam(0.003) }, right: [["batch_size", "training.batch_size"], ["epochs", "training.epochs"], ["learning_rate", "optimizer.adam.lr"]] },
    { name: "bikes, straight line", data: both(bikes), model: "[{ dense: 1 }]", loss: "mse", optimizer: adam(0.01), training: "{ epochs: 60 }", fix: { model: `[${d(64)}, ${d(64)}, { dense: 1 }]` }, right: [["architecture", "model", "model[0].dense"]] },
    { name: "bikes, sigmoid at the end", data: `{ train: ${bikes}, scaling: minmax }`, model: `[${d(64)}, ${d(1, "sigmoid")}]`, loss: "mse", training: "{ epochs: 30 }", fix: { data: both(bikes), model: `[${d(64)}, ${d(32)}, { dense: 1 }]`, optimizer: adam(0.005) }, right: [["activation", "model[1].dense.activation"], ["preprocessing", "data.target_scaling"]] },
    // marks of wines from 4 to 7
    { name: "wine, sigmoid for marks", data: scaled(wine), model: `[${d(32)}, ${d(4, "sigmoid")}]`, loss: cce, optimizer: adam(0.003), training: "{ epochs: 40 }", fix: { model: `[${d(32)}, ${d(4, "softmax")}]` }, right: [["activation", "model[1].dense.activation"]] },
    { name: "wine, not scaled, plain descent", data: `{ train: ${wine} }`, model: `[${d(32)}, { dense: 4 }]`, loss: ce, optimizer: "{ sgd: { lr: 0.05 } }", training: "{ epochs: 40 }", fix: { data: scaled(wine) }, right: [["preprocessing", "data.scaling"]] },
    { name: "wine, deep and at 0.1", data: scaled(wine), model: `[${d(64)}, ${d(64)}, ${d(64)}, ${d(64)}, { dense: 4 }]`, loss: ce, optimizer: adam(0.3), training: "{ epochs: 15 }", fix: { optimizer: adam(0.001) }, right: [["learning_rate", "optimizer.adam.lr"]] },
    { name: "wine, halved every epoch", data: scaled(wine), model: `[${d(32, "tanh")}, { dense: 4 }]`, loss: ce, optimizer: "{ sgd: { lr: 0.05 } }\nschedule: { exponential: { factor: 0.3 } }", training: "{ epochs: 40 }", fix: { optimizer: "{ sgd: { lr: 0.1 } }" }, right: [["learning_rate", "schedule", "schedule.exponential", "schedule.exponential.factor"], ["epochs", "training.epochs"]] },
    { name: "wine, stopped at the first bump", data: scaled(wine), model: `[${d(16)}, { dense: 4 }]`, loss: ce, optimizer: "{ sgd: { lr: 0.3, momentum: 0.9 } }", training: "{ epochs: 60, batch_size: 8, early_stopping: { patience: 1 } }", fix: { optimizer: "{ sgd: { lr: 0.02, momentum: 0.9 } }", training: "{ epochs: 60, batch_size: 16, early_stopping: { patience: 10 } }" }, right: [["learning_rate", "optimizer.sgd.lr"], ["epochs", "training.early_stopping.patience"]] },
    { name: "wine, numbers of bottles for a target", data: scaled(wineLimited, ", target: bottle, task: regression, target_scaling: standardize"), model: `[${d(32)}, { dense: 1 }]`, loss: "mse", optimizer: adam(0.003), training: "{ epochs: 20 }", fix: { data: `{ train: ${wineLimited}, target: quality, inputs: [acidity, volatile, sugar, sulfur, density, ph, alcohol], scaling: standardize, task: regression, target_scaling: standardize }` }, right: [["data", "data", "data.target"]] },
    // strokes
    { name: "glyphs, one filter of the picture's size", data: `{ train: ${glyphs}, scaling: unit }`, model: glyphNet(convolution("filters: 1, kernel: 8")), loss: ce, optimizer: adam(0.003), training: "{ epochs: 25 }", fix: { model: glyphNet(convolution("filters: 16, kernel: 3")) }, right: [["architecture", "model[1].conv2d.filters", "model[1].conv2d.kernel"]] },
    { name: "glyphs, stride of six", data: `{ train: ${glyphs}, scaling: unit }`, model: glyphNet(convolution("filters: 16, kernel: 2, stride: 6")), loss: ce, optimizer: adam(0.003), training: "{ epochs: 25 }", fix: { model: glyphNet(convolution("filters: 16, kernel: 3")) }, right: [["architecture", "model[1].conv2d.stride", "model[1].conv2d.kernel"]] },
    { name: "glyphs, averaged at once", data: `{ train: ${glyphs}, scaling: unit }`, model: `[${square}, { conv2d: { filters: 8, kernel: 1, activation: relu } }, global_avg_pool, ${d(32)}, { dense: 5 }]`, loss: ce, optimizer: adam(0.003), training: "{ epochs: 25 }", fix: { model: glyphNet(convolution("filters: 16, kernel: 3")) }, right: [["architecture", "model[2].global_avg_pool", "model[1].conv2d.kernel", "model[1].conv2d", "model[2]"]] },
    { name: "glyphs, bytes and momentum", data: `{ train: ${glyphs} }`, model: glyphNet(convolution("filters: 16, kernel: 3")), loss: ce, optimizer: "{ sgd: { lr: 0.01, momentum: 0.9 } }", training: "{ epochs: 20 }", fix: { data: `{ train: ${glyphs}, scaling: unit }` }, right: [["preprocessing", "data.scaling"]] },
    { name: "glyphs, weights of deviation two", data: `{ train: ${glyphs}, scaling: unit }`, model: `[${square}, { conv2d: { filters: 16, kernel: 3, activation: relu, init: { normal: 2 } } }, flatten, { dense: { units: 32, activation: relu, init: { normal: 2 } } }, { dense: { units: 5, init: { normal: 2 } } }]`, loss: ce, optimizer: adam(0.001), training: "{ epochs: 20 }", fix: { model: glyphNet(convolution("filters: 16, kernel: 3")), optimizer: adam(0.003) }, right: [["initialisation", "model[1].conv2d.init", "model[3].dense.init", "model[4].dense.init"]] },
    { name: "glyphs, softmax and squared error at 1e-4", data: `{ train: ${glyphs}, scaling: unit }`, model: glyphNet(convolution("filters: 16, kernel: 3"), d(5, "softmax")), loss: "mse", optimizer: "{ sgd: { lr: 0.001 } }", training: "{ epochs: 20 }", fix: { loss: cce, optimizer: adam(0.003) }, right: [["loss", "loss"], ["learning_rate", "optimizer.sgd.lr"], ["optimizer", "optimizer"]] },
    // words of a ticket
    { name: "tickets, one number a word", data: `{ train: ${tickets} }`, model: `[${words(1)}, { lstm: 1 }, { dense: 4 }]`, loss: ce, optimizer: adam(0.005), training: "{ epochs: 15, clip: { norm: 1 } }", fix: { model: `[${words(16)}, { lstm: 24 }, { dense: 4 }]` }, right: [["architecture", "model[0].embedding.dim", "model[1].lstm", "model[1].lstm.units"]] },
    { name: "tickets, mean of words, plain descent", data: `{ train: ${tickets} }`, model: `[${words(16)}, flatten, ${d(16)}, ${d(4, "softmax")}]`, loss: cce, optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 12 }", fix: { optimizer: adam(0.01) }, right: [["optimizer", "optimizer"], ["learning_rate", "optimizer.sgd.lr"], ["epochs", "training.epochs"]] },
    { name: "tickets, codes of words as numbers", data: `{ train: ${tickets} }`, model: `[${d(32)}, ${d(4, "softmax")}]`, loss: cce, optimizer: adam(0.005), training: "{ epochs: 20 }", fix: { model: `[${words(16)}, flatten, ${d(16)}, ${d(4, "softmax")}]` }, right: [["preprocessing", "data.scaling", "data"], ["architecture", "model", "model[0].dense", "model[0]"]] },
    { name: "tickets, recurrent at a rate of two", data: `{ train: ${tickets} }`, model: `[${words(16)}, { gru: 24 }, { dense: 4 }]`, loss: ce, optimizer: "{ sgd: { lr: 20, momentum: 0.9 } }", training: "{ epochs: 12 }", fix: { optimizer: adam(0.01), training: "{ epochs: 12, clip: { norm: 1 } }" }, right: [["learning_rate", "optimizer.sgd.lr"]] },
    // sensors
    { name: "motions, batches larger than the data", data: scaled(motions), model: `[${steps}, { conv1d: { filters: 16, kernel: 5, activation: relu } }, flatten, { dense: 5 }]`, loss: ce, training: "{ epochs: 8, batch_size: 4096 }", fix: { training: "{ epochs: 15, batch_size: 32 }" }, right: [["batch_size", "training.batch_size"], ["epochs", "training.epochs"]] },
    { name: "motions, in their order", data: scaled(motionsInOrder, ", sampling: sequential, split: { validation: 0.2, test: 0 }"), model: `[${steps}, { gru: 24 }, { dense: 5 }]`, loss: ce, optimizer: adam(0.01), training: "{ epochs: 10, clip: { norm: 1 } }", fix: { data: scaled(motionsInOrder, ", split: { validation: 0.2, test: 0 }") }, right: [["data", "data.sampling"]] },
    { name: "motions, five yes-or-no answers by squared error", data: scaled(motions), model: `[${steps}, { lstm: 24 }, ${d(5, "sigmoid")}]`, loss: "mse", optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 12 }", fix: { model: `[${steps}, { lstm: 24 }, ${d(5, "softmax")}]`, loss: cce, optimizer: adam(0.005), training: "{ epochs: 12, clip: { norm: 1 } }" }, right: [["loss", "loss"], ["activation", "model[2].dense.activation"], ["learning_rate", "optimizer.sgd.lr"], ["optimizer", "optimizer"]] },
    { name: "motions, kernels of one moment, averaged", data: scaled(motions), model: `[${steps}, { conv1d: { filters: 4, kernel: 24, stride: 24 } }, { max_pool: 1 }, flatten, ${d(1)}, { dense: 5 }]`, loss: ce, optimizer: adam(0.003), training: "{ epochs: 30 }", fix: { model: `[${steps}, { conv1d: { filters: 16, kernel: 5, activation: relu } }, flatten, ${d(32)}, { dense: 5 }]` }, right: [["architecture", "model[4].dense.units", "model[1].conv1d.kernel", "model[1].conv1d.stride", "model[1].conv1d.filters"]] },
    // masks of blots
    { name: "blots, relu for a mask", data: `{ train: ${blots}, ${mask} }`, model: maskNet(", activation: relu"), loss: bce, optimizer: adam(0.003), training: "{ epochs: 15 }", fix: { model: maskNet(", activation: sigmoid") }, right: [["activation", "model[3].conv2d.activation"]] },
    { name: "blots, squared error at 1e-5", data: `{ train: ${blots}, ${mask} }`, model: maskNet(", activation: sigmoid"), loss: "mse", optimizer: adam(0.00001), training: "{ epochs: 10 }", fix: { loss: bce, optimizer: adam(0.003) }, right: [["learning_rate", "optimizer.adam.lr"], ["loss", "loss"]] },
    { name: "blots, one of 64", data: `{ train: ${blots}, ${mask} }`, model: `[${d(128)}, ${d(64, "softmax")}]`, loss: bce, optimizer: adam(0.003), training: "{ epochs: 25 }", fix: { model: `[${d(128)}, ${d(64, "sigmoid")}]` }, right: [["activation", "model[1].dense.activation"]] },
    // mail
    { name: "mails, counts as they are", data: `{ train: ${mails} }`, model: `[${d(16)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: "{ sgd: { lr: 0.1 } }", training: "{ epochs: 25 }", fix: { data: scaled(mails) }, right: [["preprocessing", "data.scaling"], ["learning_rate", "optimizer.sgd.lr"]] },
    { name: "mails, batch of one", data: scaled(mails), model: `[${d(16)}, ${d(1, "sigmoid")}]`, loss: bce, optimizer: adam(0.05), training: "{ epochs: 4, batch_size: 1 }", fix: { optimizer: adam(0.003), training: "{ epochs: 20, batch_size: 32 }" }, right: [["batch_size", "training.batch_size"], ["learning_rate", "optimizer.adam.lr"]] },
    { name: "mails, tanh and hinge to zero", data: scaled(mails), model: `[${d(16)}, ${d(1, "tanh")}]`, loss: bce, training: "{ epochs: 20 }", fix: { model: `[${d(16)}, ${d(1, "sigmoid")}]`, optimizer: adam(0.003) }, right: [["activation", "model[1].dense.activation"]] },
    { name: "mails, everything in one class's weight", data: scaled(mails), model: `[${d(16)}, { dense: 2 }]`, loss: "{ cross_entropy: { class_weights: { 0: 0.001, 1: 10 } } }", optimizer: adam(0.003), training: "{ epochs: 15 }", fix: { loss: ce }, right: [["loss", "loss.cross_entropy.class_weights", "loss"]] },
    // two numbers a building
    { name: "buildings, tanh for needs", data: scaled(buildings, `, ${two}`), model: `[${d(32)}, ${d(2, "tanh")}]`, loss: "mse", optimizer: adam(0.005), training: "{ epochs: 40 }", fix: { data: both(buildings, `, ${two}`), model: `[${d(32)}, ${d(32)}, { dense: 2 }]` }, right: [["activation", "model[1].dense.activation"], ["preprocessing", "data.target_scaling"]] },
    { name: "buildings, ten sigmoid layers", data: both(buildings, `, ${two}`), model: `[${Array.from({ length: 10 }, () => d(24, "sigmoid")).join(", ")}, { dense: 2 }]`, loss: "mse", optimizer: adam(0.001), training: "{ epochs: 40 }", fix: { model: `[${d(32)}, ${d(32)}, { dense: 2 }]`, optimizer: adam(0.003) }, right: [["activation", ...Array.from({ length: 10 }, (_, i) => `model[${i}].dense.activation`)], ["architecture", "model"]] },
    { name: "buildings, penalty on every weight", data: both(buildings, `, ${two}`), model: `[${d(32)}, ${d(32)}, { dense: 2 }]`, loss: "mse", optimizer: `${adam(0.003)}\nregularization: { l1: 0.1 }`, training: "{ epochs: 40 }", fix: { optimizer: adam(0.003) }, right: [["regularization", "regularization.l1"]] },
    { name: "buildings, one epoch", data: both(buildings, `, ${two}`), model: `[${d(32)}, ${d(32)}, { dense: 2 }]`, loss: "mse", training: "{ epochs: 1 }", fix: { training: "{ epochs: 50 }", optimizer: adam(0.003) }, right: [["epochs", "training.epochs"]] },
    // prices in the hundred thousands, with words
    { name: "flats, targets as they are", data: scaled(flats), model: `[${d(32)}, ${d(16)}, { dense: 1 }]`, loss: "mse", training: "{ epochs: 40 }", fix: { data: both(flats), optimizer: adam(0.003) }, right: [["preprocessing", "data.target_scaling"]] },
    { name: "flats, agent's fee among the inputs", data: both(flatsTold), model: `[${d(32)}, { dense: 1 }]`, loss: "mse", optimizer: adam(0.005), training: "{ epochs: 40 }", fix: { data: both(flatsTold, ", inputs: [area, rooms, year, quarter], target: price") }, right: [["data", "data.inputs", "data"]] },
    { name: "flats, adam at 10", data: both(flats), model: `[${d(32)}, { dense: 1 }]`, loss: "mse", optimizer: adam(10), training: "{ epochs: 30 }", fix: { optimizer: adam(0.005) }, right: [["learning_rate", "optimizer.adam.lr"]] },
    // one of thirty
    { name: "stars, one of thirty", data: scaled(stars), model: `[${d(8)}, { dense: 2 }]`, loss: ce, optimizer: "{ sgd: { lr: 0.01 } }", training: "{ epochs: 10, batch_size: 64 }", fix: { data: scaled(stars, ", sampling: weighted"), optimizer: adam(0.005), training: "{ epochs: 25 }" }, right: [["data", "data.sampling", "loss", "data"], ["optimizer", "optimizer"], ["learning_rate", "optimizer.sgd.lr"], ["epochs", "training.epochs"]] },
    // sectors of a wheel
    { name: "wheel, three units", data: `{ train: ${wheel}, target: sector }`, model: `[${d(3)}, { dense: 4 }]`, loss: ce, optimizer: adam(0.01), training: "{ epochs: 50 }", fix: { model: `[${d(64)}, ${d(64)}, { dense: 4 }]` }, right: [["architecture", "model[0].dense.units"]] },
    { name: "wheel, labels mostly drawn by chance", data: `{ train: ${wheelNoisy}, target: sector }`, model: `[${d(32)}, ${d(32)}, { dense: 4 }]`, loss: ce, optimizer: adam(0.005), training: "{ epochs: 30 }", fix: { data: `{ train: ${wheel}, target: sector }` }, right: [["data", "data", "data.train"]] },
    { name: "wheel, four layers without bends", data: `{ train: ${wheel}, target: sector }`, model: `[{ dense: 64 }, { dense: 64 }, { dense: 64 }, { dense: 4 }]`, loss: ce, optimizer: adam(0.005), training: "{ epochs: 40 }", fix: { model: `[${d(64)}, ${d(64)}, { dense: 4 }]` }, right: [["activation", "model[0].dense.activation", "model[1].dense.activation", "model[2].dense.activation", "model[0].dense", "model[1].dense", "model[2].dense"]] },
    { name: "wheel, thirty layers", data: `{ train: ${wheel}, target: sector }`, model: `[${Array.from({ length: 30 }, () => d(16)).join(", ")}, { dense: 4 }]`, loss: ce, optimizer: adam(0.01), training: "{ epochs: 30 }", fix: { model: `[${d(64)}, ${d(64)}, { dense: 4 }]`, optimizer: adam(0.005) }, right: [["architecture", "model"], ["learning_rate", "optimizer.adam.lr"]] },
    { name: "wheel, rate between 0.5 and 5", data: `{ train: ${wheel}, target: sector }`, model: `[${d(32)}, ${d(32)}, { dense: 4 }]`, loss: ce, optimizer: "{ sgd: { lr: 0.5, momentum: 0.9 } }\nschedule: { cyclical: { min: 0.5, max: 5, period_steps: 200 } }", training: "{ epochs: 40 }", fix: { optimizer: "{ sgd: { lr: 0.05, momentum: 0.9 } }\nschedule: constant" }, right: [["learning_rate", "schedule.cyclical.max", "schedule.cyclical", "schedule", "optimizer.sgd.lr"]] },
    { name: "wheel, every example also validates", data: `{ train: ${wheel}, validation: ${wheel}, target: sector, limit: 200 }`, model: `[${d(64)}, ${d(64)}, { dense: 4 }]`, loss: ce, optimizer: adam(0.005), training: "{ epochs: 40 }", fix: { data: `{ train: ${wheel}, target: sector }` }, right: [["data", "data.validation"]] },
    // consumption by the hour
    { name: "loads, nothing scaled, recurrent", data: `{ train: ${loads} }`, model: `[{ reshape: [24, 1] }, { lstm: 16 }, { dense: 1 }]`, loss: "mae", training: "{ epochs: 15, clip: { norm: 1 } }", fix: { data: both(loads), optimizer: adam(0.01) }, right: [["preprocessing", "data.scaling", "data.target_scaling"]] },
    { name: "loads, relu at the end of standardized targets", data: both(loads), model: `[{ reshape: [24, 1] }, { gru: 16 }, ${d(1)}]`, loss: "mse", optimizer: adam(0.01), training: "{ epochs: 15, clip: { norm: 1 } }", fix: { model: `[{ reshape: [24, 1] }, { gru: 16 }, { dense: 1 }]` }, right: [["activation", "model[2].dense.activation"]] },
    { name: "loads, dropout of 0.9 before the answer", data: both(loads), model: `[{ reshape: [24, 1] }, { gru: 16 }, { dropout: 0.9 }, { dense: 1 }]`, loss: "mse", optimizer: adam(0.005), training: "{ epochs: 15, clip: { norm: 1 } }", fix: { model: `[{ reshape: [24, 1] }, { gru: 16 }, { dense: 1 }]` }, right: [["regularization", "model[2].dropout"]] },
    // copies of digits through a narrow place
    { name: "copies, relu for standardized digits", data: `{ train: ${digitsFile}, inputs: "p*", task: autoencoder, scaling: standardize }`, model: `[${d(32)}, ${d(64, "relu")}]`, loss: "mse", optimizer: adam(0.003), training: "{ epochs: 15 }", fix: { model: `[${d(32)}, { dense: 64 }]` }, right: [["activation", "model[1].dense.activation"]] },
    { name: "copies, adagrad that creeps", data: `{ train: ${digitsFile}, inputs: "p*", task: autoencoder, scaling: minmax }`, model: `[${d(32)}, ${d(64, "sigmoid")}]`, loss: "mse", optimizer: "{ adagrad: { lr: 0.0005 } }", training: "{ epochs: 15 }", fix: { optimizer: adam(0.005) }, right: [["optimizer", "optimizer"], ["learning_rate", "optimizer.adagrad.lr"]] },
    { name: "digits, average of weights far behind", data: `{ train: ${digitsFile}, scaling: minmax }`, model: `[${d(64)}, { dense: 10 }]`, loss: ce, training: "{ epochs: 6, average: { polyak: 0.9999 } }", fix: { training: "{ epochs: 8 }" }, right: [["optimizer", "training.average.polyak", "training.average"], ["regularization", "training.average.polyak", "training.average"]] },
    { name: "digits, focal to the power of twenty", data: `{ train: ${digitsFile}, scaling: minmax }`, model: `[${d(64)}, { dense: 10 }]`, loss: "{ focal: { gamma: 20 } }", training: "{ epochs: 10 }", fix: { loss: ce }, right: [["loss", "loss.focal.gamma", "loss"]] },
    { name: "digits, forty examples", data: `{ train: ${digitsFile}, scaling: minmax, limit: 60, split: { validation: 0.3, test: 0 } }`, model: `[${d(256)}, ${d(256)}, { dense: 10 }]`, loss: ce, training: "{ epochs: 60, batch_size: 8 }", fix: { data: `{ train: ${digitsFile}, scaling: minmax }`, training: "{ epochs: 10 }" }, right: [["data", "data.limit", "data"], ["regularization", "model", "training.early_stopping"], ["architecture", "model"]] },
  ];
}
