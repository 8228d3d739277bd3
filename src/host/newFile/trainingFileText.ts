/** The text of a new training file: short, commented, ready to run. */
import { stringify } from "yaml";

export type NewFileChoice =
  | { readonly kind: "table"; readonly data: string; readonly target: string; readonly task: "classification"; readonly classes: number; readonly allRowsSeen: boolean }
  | { readonly kind: "table"; readonly data: string; readonly target: string; readonly task: "regression" }
  | { readonly kind: "images"; readonly data: string; readonly labels: string; readonly shape: readonly number[]; readonly classes: number }
  /** A folder a class. `resize`: the images have more than one size. */
  | { readonly kind: "folder"; readonly data: string; readonly classes: number; readonly resize: boolean }
  /** Arrays by name, or lists in JSON lines. */
  | { readonly kind: "arrays"; readonly data: string; readonly input: string; readonly target: string; readonly shape: readonly number[]; readonly classes: number | null }
  | { readonly kind: "text"; readonly data: string }
  | { readonly kind: "generator"; readonly generator: GeneratorName };

/** Generators of test data that make sense to begin with, and what they show. */
export const generators = {
  two_moons: { classes: 2, about: "two interleaving half circles; no straight line separates them" },
  spirals: { classes: 2, about: "two spirals wound into each other; needs a deeper network" },
  blobs: { classes: 3, about: "three round clouds; easy" },
  xor: { classes: 2, about: "four corners, opposite ones alike; the smallest problem that needs a hidden layer" },
  sine: { classes: 0, about: "a noisy sine wave; a regression" },
} as const;
export type GeneratorName = keyof typeof generators;

/** YAML training file for a choice. Paths are written as given, relative to the file. */
export function trainingFileText(choice: NewFileChoice): string {
  return `${heading(choice)}
# Every key is explained when the pointer rests on it; Ctrl-Space completes keys and values.
${data(choice)}
${model(choice)}
${training(choice)}
seed: 0 # the same seed gives the same run
`;
}

function heading(choice: NewFileChoice): string {
  switch (choice.kind) {
    case "table": return `# Predicts ${choice.target} from the other columns of ${choice.data}.`;
    case "arrays": return `# Predicts ${choice.target} from ${choice.input} of ${choice.data}.`;
    case "text": return `# Predicts each character of ${choice.data} from those before it.`;
    case "folder":
    case "images": return `# Tells the ${choice.classes} classes of ${choice.data} apart.`;
    case "generator": return `# Generated test data: ${generators[choice.generator].about}.`;
  }
}

function data(choice: NewFileChoice): string {
  const split = "  split: { validation: 0.1, test: 0.1 } # validation says when to stop; test is looked at once, at the end";
  switch (choice.kind) {
    case "table": {
      const scaling = ["  scaling: standardize # columns of very different sizes learn badly together"];
      if (choice.task === "regression") scaling.push("  target_scaling: standardize # metrics are still reported in the original unit");
      return [`data:`, `  train: ${word(choice.data)}`, `  target: ${word(choice.target)}`, split, ...scaling].join("\n");
    }
    case "images":
      return [`data:`, `  train: ${word(choice.data)}`, `  labels: ${word(choice.labels)}`, split, "  scaling: unit # bytes / 255"].join("\n");
    case "folder":
      return [`data:`, `  train: ${word(choice.data)} # a folder a class`, ...(choice.resize ? ["  resize: [64, 64] # height, width"] : []), split, "  scaling: unit # bytes / 255"].join("\n");
    case "arrays":
      return [`data:`, `  train: ${word(choice.data)}`, `  inputs: [${word(choice.input)}]`, `  target: [${word(choice.target)}]`, split, "  scaling: standardize"].join("\n");
    case "text":
      return [`data:`, `  train: ${word(choice.data)}`, "  task: language_model", "  tokens: characters", "  context: 64 # characters that are seen at once", split].join("\n");
    case "generator":
      return [`data:`, `  train: { generate: ${choice.generator}, examples: 1000, noise: 0.1 }`, split].join("\n");
  }
}

function model(choice: NewFileChoice): string {
  if (choice.kind === "text") {
    return [
      "model:",
      "  - embedding: { dim: 64 } # as many entries as the text has characters",
      "  - positional_embedding",
      "  - transformer: { blocks: 2, heads: 4, ff: 256, causal: true }",
      "  - dense: 128 # outputs: at least one a different character",
    ].join("\n");
  }
  if (choice.kind === "folder" || (choice.kind === "images" && choice.shape.length >= 2) || (choice.kind === "arrays" && choice.shape.length === 3 && choice.classes !== null)) {
    return [
      "model:",
      "  - conv2d: { filters: 16, kernel: 3, padding: same, activation: relu }",
      "  - max_pool: 2",
      "  - conv2d: { filters: 32, kernel: 3, padding: same, activation: relu }",
      "  - max_pool: 2",
      "  - flatten",
      `  - dense: ${choice.classes ?? 1} # one output a class; cross_entropy applies softmax itself`,
    ].join("\n");
  }
  const hidden = ["  - dense: { units: 64, activation: relu }", "  - dense: { units: 32, activation: relu }"];
  return ["model:", ...(choice.kind === "images" || (choice.kind === "arrays" && choice.shape.length > 1) ? ["  - flatten"] : []), ...hidden, `  - ${output(choice)}`].join("\n");
}

function output(choice: NewFileChoice): string {
  const classes = classesOf(choice);
  if (classes === null) return "dense: 1 # the predicted value";
  const seen = choice.kind === "table" && choice.task === "classification" && !choice.allRowsSeen ? " (counted in the first rows: correct it where there are more)" : "";
  return `dense: ${classes} # one output a class${seen}; cross_entropy applies softmax itself`;
}

function training(choice: NewFileChoice): string {
  return [
    `loss: ${classesOf(choice) === null && choice.kind !== "text" ? "mse" : "cross_entropy"}`,
    "optimizer: { adam: { lr: 1e-3 } }",
    "training:",
    `  epochs: ${choice.kind === "images" || choice.kind === "text" || choice.kind === "folder" ? 5 : 50}`,
    "  batch_size: 32",
    "  early_stopping: { patience: 5 } # ends when validation/loss has not improved for 5 epochs",
  ].join("\n");
}

/** Number of classes; null for a regression. */
function classesOf(choice: NewFileChoice): number | null {
  if (choice.kind === "generator") return generators[choice.generator].classes || null;
  if (choice.kind === "text") return null;
  return choice.kind === "table" && choice.task === "regression" ? null : choice.classes;
}

/** A text as a YAML value, quoted where YAML would read something else. */
function word(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
