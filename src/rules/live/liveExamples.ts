/**
 * Training files of seconds that show what the live rules are about: `bad` runs are told it, `good` ones, with what helps, are not. The pages show
 * them, and a test trains each but those that need a slow disk or a measured curvature. By rule id.
 */
import type { RuleTexts } from "../rule.js";

const moons = "{ train: { generate: two_moons, examples: 600 } }";
const blobs = "{ train: { generate: blobs, examples: 600 } }";
const sine = "{ train: { generate: sine, examples: 400 } }";
const spirals = "{ train: { generate: spirals, examples: 600, noise: 0.02 } }";
const digits = "{ train: data/digits.csv, scaling: minmax }";
/** A line of points, and one that lies far from all. */
const points = Array.from({ length: 60 }, (_, i) => Number((((i * 37) % 60) / 30 - 1).toPrecision(3)));
const stray = `{ train: { inputs: [${[...points, 3.5].join(", ")}], targets: [${[...points.map((x) => x / 2), -6].join(", ")}] }, split: { validation: 0, test: 0 } }`;
/** Points with labels that are tossed (0), or told by a coordinate (1). */
function tossed(told: 0 | 1): string {
  const inputs = Array.from({ length: 240 }, (_, i) => [((i * 89) % 240) / 120 - 1, ((i * 151) % 240) / 120 - 1].map((x) => Number(x.toPrecision(3))));
  const labels = inputs.map(([, y], i) => (told === 1 ? Number(y > 0) : Math.floor(1e4 * Math.abs(Math.sin(12.9898 * (i + 1)))) % 2));
  return `{ train: { inputs: ${JSON.stringify(inputs)}, targets: ${JSON.stringify(labels)} }, split: { validation: 0.4, test: 0 } }`;
}
const wide = "dense: { units: 32, activation: relu }";
const small = "[dense: { units: 16, activation: relu }, dense: 2]";

interface Parts {
  readonly data?: string;
  readonly model?: string;
  readonly loss?: string;
  readonly optimizer?: string;
  readonly schedule?: string;
  readonly training?: string;
  readonly diagnostics?: string;
}

/** A file, a section a line. */
function file({ data = moons, model = small, loss = "cross_entropy", optimizer = "{ adam: { lr: 0.01 } }", schedule, training = "{ epochs: 20 }", diagnostics }: Parts): string {
  const sections = { data, model, loss, optimizer, schedule, training, diagnostics };
  return Object.entries(sections).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}\n`])).join("");
}

/** A bad file, and the good one that differs in what `change` says. */
function pair(parts: Parts, change: Parts): RuleTexts["examples"] {
  return { bad: [file(parts)], good: [file({ ...parts, ...change })] };
}

const layers = (count: number, layer: string, last: string): string => `[${`${layer}, `.repeat(count)}${last}]`;
const drawn = (init: string, count = 3, activation = "tanh"): string => layers(count, `dense: { units: 16, activation: ${activation}, init: ${init} }`, "dense: 2");

export const liveExamples: Readonly<Record<string, RuleTexts["examples"]>> = {
  "always-clipped": pair({ optimizer: "{ sgd: { lr: 1 } }", training: "{ epochs: 60, clip: { norm: 0.01 } }" }, { optimizer: "{ sgd: { lr: 0.5 } }", training: "{ epochs: 60, clip: { norm: 5 } }" }),
  "batch-too-noisy": pair({ data: "{ train: { generate: two_moons, examples: 300, noise: 0.3 } }", model: "[dense: 2]", optimizer: "{ sgd: { lr: 0.1 } }", training: "{ epochs: 10, batch_size: 1 }" }, { training: "{ epochs: 40, batch_size: 32 }" }),
  "class-never-predicted": pair({ data: digits, model: "[dense: { units: 32, activation: relu }, dense: { units: 2, activation: relu }, dense: 10]", optimizer: "{ sgd: { lr: 0.05 } }", training: "{ epochs: 12 }" }, { model: "[dense: { units: 32, activation: relu }, dense: { units: 32, activation: relu }, dense: 10]", optimizer: "{ sgd: { lr: 0.2 } }" }),
  "data-waiting": pair({ data: "{ train: photographs/, format: images, stream: true }", model: "[conv2d: { filters: 8, kernel: 3, activation: relu }, max_pool: 4, flatten, dense: 10]" }, { data: "{ train: photographs/, format: images, stream: auto }" }),
  "dead-units": pair({ data: spirals, model: layers(3, wide, "dense: 2"), optimizer: "{ sgd: { lr: 3 } }", training: "{ epochs: 40 }" }, { optimizer: "{ sgd: { lr: 0.1 } }", training: "{ epochs: 80 }" }),
  "exploding-gradient": pair({ data: sine, model: "[dense: 1]", loss: "mse", optimizer: "{ sgd: { lr: 0.3 } }", training: "{ epochs: 30 }" }, { model: "[dense: { units: 32, activation: tanh }, dense: 1]", optimizer: "{ sgd: { lr: 0.03 } }", training: "{ epochs: 200 }" }),
  "gradient-spikes": pair({ data: stray, model: "[dense: 1]", loss: "mse", optimizer: "{ sgd: { lr: 0.06 } }", training: "{ epochs: 15, batch_size: 1 }", diagnostics: "{ every_steps: 1 }" }, { loss: "{ huber: { delta: 0.1 } }", training: "{ epochs: 15, batch_size: 1, clip: { norm: 0.1 } }" }),
  "initial-loss": pair({ model: drawn("{ normal: 5 }", 2, "relu") }, { model: layers(2, "dense: { units: 16, activation: relu }", "dense: 2") }),
  "loss-not-decreasing": pair({ optimizer: "{ sgd: { lr: 1e-6 } }", training: "{ epochs: 10 }" }, { optimizer: "{ sgd: { lr: 0.3 } }", training: "{ epochs: 20 }" }),
  "negative-loss": pair({ loss: "nll" }, { loss: "cross_entropy" }),
  "no-gap-between-curves": pair({ data: "{ train: { generate: two_moons, examples: 1000, noise: 0.3 }, split: { validation: 0.3, test: 0 } }", model: "[dense: { units: 16, activation: relu }, dropout: 0.6, dense: 2]" }, { model: "[dense: { units: 16, activation: relu }, dense: 2]" }),
  "non-finite-layer": pair({ data: sine, model: "[dense: { units: 16, activation: relu }, dense: 1]", loss: "mse", optimizer: "{ sgd: { lr: 5 } }", training: "{ epochs: 20, on_non_finite: continue }" }, { optimizer: "{ sgd: { lr: 0.02 } }", training: "{ epochs: 80 }" }),
  "non-finite-loss": pair({ data: sine, model: "[dense: { units: 16, activation: relu }, dense: 1]", loss: "mse", optimizer: "{ sgd: { lr: 5 } }" }, { optimizer: "{ sgd: { lr: 0.02 } }", training: "{ epochs: 80 }" }),
  "oscillating-loss": pair({ model: "[dense: { units: 32, activation: tanh }, dense: 2]", optimizer: "{ sgd: { lr: 4, momentum: 0.9 } }", training: "{ epochs: 40 }" }, { optimizer: "{ sgd: { lr: 0.05, momentum: 0.9 } }" }),
  overfitting: pair({ data: "{ train: { generate: two_moons, examples: 160, noise: 0.5 }, split: { validation: 0.4, test: 0 } }", model: layers(2, "dense: { units: 64, activation: relu }", "dense: 2"), training: "{ epochs: 150 }" }, { training: "{ epochs: 150, early_stopping: { patience: 5 } }" }),
  "saturated-units": pair({ data: spirals, model: drawn("{ normal: 20 }", 3), optimizer: "{ sgd: { lr: 0.001 } }", training: "{ epochs: 15 }" }, { data: moons, model: layers(2, "dense: { units: 16, activation: tanh }", "dense: 2"), optimizer: "{ adam: { lr: 0.01 } }" }),
  "schedule-not-reached": pair({ schedule: "cosine", training: "{ epochs: 200, early_stopping: { patience: 5 } }" }, { training: "{ epochs: 30, early_stopping: { patience: 5 } }" }),
  "too-few-steps": pair({ data: digits, model: "[dense: { units: 16, activation: relu }, dense: 10]", optimizer: "{ adam: { lr: 0.001 } }", training: "{ epochs: 3 }" }, { training: "{ epochs: 40 }" }),
  "too-good-to-be-true": pair({ data: "{ train: { generate: two_moons, examples: 600, noise: 0.4 }, validation: { generate: two_moons, examples: 2000, noise: 0.01 } }" }, { data: "{ train: { generate: two_moons, examples: 600, noise: 0.4 } }" }),
  underfitting: pair({ data: spirals, model: "[dense: { units: 2, activation: tanh }, dense: 2]", training: "{ epochs: 60 }" }, { model: layers(2, wide, "dense: 2"), training: "{ epochs: 60 }" }),
  "uneven-activations": pair({ model: drawn("{ normal: 0.02 }", 4) }, { model: layers(4, "dense: { units: 16, activation: tanh }", "dense: 2") }),
  "unstable-curvature": pair({ data: sine, model: "[dense: 1]", loss: "mse", optimizer: "{ sgd: { lr: 0.3 } }", training: "{ epochs: 30 }" }, { model: "[dense: { units: 32, activation: tanh }, dense: 1]", optimizer: "{ sgd: { lr: 0.03 } }", training: "{ epochs: 200 }" }),
  "update-ratio": pair({ data: spirals, model: "[dense: { units: 16, activation: tanh, max_norm: 1 }, dense: { units: 2, max_norm: 1 }]", optimizer: "{ adam: { lr: 3 } }" }, { model: layers(2, wide, "dense: 2"), optimizer: "{ adam: { lr: 0.01 } }", training: "{ epochs: 60 }" }),
  "validation-at-chance": pair({ data: tossed(0), model: layers(2, "dense: { units: 64, activation: relu }", "dense: 2"), training: "{ epochs: 200 }" }, { data: tossed(1) }),
  "vanishing-gradient": pair({ data: blobs, model: layers(7, "dense: { units: 16, activation: sigmoid }", "dense: 3"), optimizer: "{ sgd: { lr: 0.1 } }", training: "{ epochs: 15 }" }, { model: layers(3, "dense: { units: 16, activation: relu }", "dense: 3") }),
  "weights-unchanged": pair({ data: spirals, optimizer: "{ sgd: { lr: 1e-6 } }" }, { model: layers(2, wide, "dense: 2"), optimizer: "{ sgd: { lr: 0.1 } }", training: "{ epochs: 120 }" }),
  "worse-than-neighbours": pair({ data: spirals, model: "[dense: 2]", training: "{ epochs: 30 }" }, { model: layers(2, "dense: { units: 32, activation: relu }", "dense: 2"), training: "{ epochs: 60 }" }),
};
