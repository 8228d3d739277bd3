/** Faults put into real runs, one at a time: the first cause named is the right one, and the run without the fault gets silence. */
import { describe, expect, it } from "vitest";
import { train } from "./trainedRun.js";

const digits = { data: "{ train: data/digits.csv, scaling: standardize }", model: "[dense: { units: 32, activation: relu }, dense: 10]", loss: "cross_entropy", optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 12 }" };
const diabetes = { data: "{ train: data/diabetes.csv, scaling: standardize, target_scaling: standardize }", model: "[dense: { units: 16, activation: relu }, dense: 1]", loss: "mse", optimizer: "{ adam: { lr: 0.005 } }", training: "{ epochs: 25 }" };
const moons = { data: "{ train: { generate: two_moons, examples: 1000, noise: 0.1 } }", model: "[dense: { units: 16, activation: relu }, dense: 2]", loss: "cross_entropy", optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 25 }" };
const images = { ...digits, data: "{ train: data/digits.csv, scaling: minmax }", model: "[reshape: [1, 8, 8], conv2d: { filters: 8, kernel: 3, activation: relu }, max_pool: 2, flatten, dense: 10]", training: "{ epochs: 8 }" };
const sequences = { ...digits, data: "{ train: data/digits.csv, scaling: minmax }", model: "[reshape: [8, 8], lstm: 24, dense: 10]", optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 8, clip: { norm: 1 } }" };
const xor = { data: "{ train: { generate: xor, examples: 1000 } }", model: "[dense: { units: 16, activation: relu }, dense: 1]", loss: "binary_cross_entropy", optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 40 }" };
type Parts = typeof digits;

const text = (parts: Parts): string => Object.entries(parts).map(([key, value]) => `${key}: ${value}\n`).join("");
const sigmoid = "dense: { units: 32, activation: sigmoid }";
const zeros = "dense: { units: 32, activation: relu, init: zeros }";

const faults: readonly (readonly [name: string, category: string, healthy: Parts, fault: Partial<Parts>])[] = [
  ["rate far too high", "learning_rate", digits, { optimizer: "{ sgd: { lr: 50 } }" }],
  ["rate too high for adam", "learning_rate", digits, { optimizer: "{ adam: { lr: 0.5 } }" }],
  ["rate too high in a regression", "learning_rate", diabetes, { optimizer: "{ sgd: { lr: 2 } }" }],
  ["rate too high, units die", "learning_rate", moons, { optimizer: "{ sgd: { lr: 30 } }" }],
  ["rate too low", "learning_rate", digits, { optimizer: "{ sgd: { lr: 1e-5 } }" }],
  ["rate too low for adam", "learning_rate", moons, { optimizer: "{ adam: { lr: 1e-6 } }" }],
  ["deep sigmoid stack", "activation", digits, { model: `[${sigmoid}, ${sigmoid}, ${sigmoid}, ${sigmoid}, ${sigmoid}, dense: 10]`, optimizer: "{ sgd: { lr: 0.1 } }" }],
  ["no activation", "activation", moons, { model: "[dense: 16, dense: 2]" }],
  ["softmax twice", "activation", digits, { model: "[dense: { units: 32, activation: relu }, dense: { units: 10, activation: softmax }]" }],
  ["relu on logits", "activation", digits, { model: "[dense: { units: 32, activation: relu }, dense: { units: 10, activation: relu }]" }],
  ["zero weights", "initialisation", digits, { model: `[${zeros}, dense: { units: 10, init: zeros }]` }],
  ["weights drawn too large", "initialisation", digits, { model: "[dense: { units: 32, activation: relu, init: { normal: 5 } }, dense: 10]" }],
  ["wrong loss", "loss", digits, { loss: "mse" }],
  ["unscaled inputs", "preprocessing", diabetes, { data: "{ train: data/diabetes.csv, scaling: none, target_scaling: standardize }" }],
  ["unscaled targets", "preprocessing", diabetes, { data: "{ train: data/diabetes.csv, scaling: standardize, target_scaling: none }" }],
  ["labels that have nothing to do with inputs", "data", moons, { data: "{ train: { generate: noise, examples: 1000 } }" }],
  ["too few epochs", "epochs", digits, { training: "{ epochs: 1, batch_size: 256 }", optimizer: "{ adam: { lr: 0.001 } }" }],
  ["overfitting", "regularization", moons, { data: "{ train: { generate: two_moons, examples: 300, noise: 0.6 }, split: { validation: 0.5, test: 0 } }", model: "[dense: { units: 128, activation: relu }, dense: { units: 128, activation: relu }, dense: 2]", training: "{ epochs: 80 }" }],
  ["dropout too high", "regularization", digits, { model: "[dense: { units: 32, activation: relu }, dropout: 0.95, dense: 10]" }],
  ["decay too strong", "regularization", digits, { optimizer: "{ adamw: { lr: 0.005, weight_decay: 20 } }" }],
  ["clipped to nothing", "optimizer", digits, { optimizer: "{ sgd: { lr: 0.05 } }", training: "{ epochs: 12, clip: { norm: 0.0001 } }" }],
  ["rate too high for a convolutional model", "learning_rate", images, { optimizer: "{ sgd: { lr: 20 } }" }],
  ["rate too low for a convolutional model", "learning_rate", images, { optimizer: "{ adam: { lr: 1e-6 } }" }],
  ["ones as weights of a convolutional model", "initialisation", images, { model: "[reshape: [1, 8, 8], conv2d: { filters: 8, kernel: 3, activation: relu, init: ones }, flatten, dense: { units: 10, init: ones }]" }],
  ["rate too high for a recurrent model", "learning_rate", sequences, { optimizer: "{ adam: { lr: 1 } }" }],
  ["rate too low for a recurrent model", "learning_rate", sequences, { optimizer: "{ adam: { lr: 1e-6 } }" }],
  ["sigmoid twice", "activation", xor, { model: "[dense: { units: 16, activation: relu }, dense: { units: 1, activation: sigmoid }]" }],
  ["softmax over one unit", "activation", xor, { model: "[dense: { units: 16, activation: relu }, dense: { units: 1, activation: softmax }]" }],
  ["too few epochs for xor", "epochs", xor, { training: "{ epochs: 2 }" }],
  ["bottleneck of one unit", "architecture", digits, { model: "[dense: { units: 32, activation: relu }, dense: { units: 1, activation: relu }, dense: 10]" }],
  ["epsilon far too large", "optimizer", digits, { optimizer: "{ adam: { lr: 0.001, epsilon: 10 } }" }],
  ["an epoch of one step", "batch_size", digits, { training: "{ epochs: 12, batch_size: full }" }],
  ["weights all but zero", "initialisation", digits, { model: "[dense: { units: 32, activation: relu, init: { normal: 1e-6 } }, dense: { units: 32, activation: relu, init: { normal: 1e-6 } }, dense: { units: 10, init: { normal: 1e-6 } }]" }],
];

describe("faults", () => {
  it.each(faults)("%s: %s first", { timeout: 60_000 }, async (_, category, healthy, fault) => {
    const { causes } = await train(text({ ...healthy, ...fault }));
    const seen = causes.map((cause) => `${cause.category} ${cause.path} ${cause.confidence.toFixed(2)} ${cause.named.rule} + ${cause.explains.map(({ finding }) => finding.rule).join(", ")}`);
    expect(causes[0]?.category, JSON.stringify(seen, null, 1)).toBe(category);
    expect(causes.length).toBeLessThanOrEqual(2);
  });
});

describe("healthy twins", () => {
  it.each(Object.entries({ digits, diabetes, moons, images, sequences, xor, "digits by momentum": { ...digits, optimizer: "{ sgd: { lr: 0.1, momentum: 0.9 } }" } }))("%s: silence", { timeout: 60_000 }, async (_, parts) => {
    const { findings, causes } = await train(text(parts));
    expect(causes.map(({ named }) => named.rule)).toEqual([]);
    expect(findings.filter(({ severity }) => severity !== "info").map(({ rule }) => rule)).toEqual([]);
  });
});
