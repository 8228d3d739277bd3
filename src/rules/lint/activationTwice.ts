import type { LayerConfig } from "../../engine/training/config.js";
import { isActivation, outputActivation, ownActivation, placeOf, sequences, type ActivationView } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (model: string, loss = "cross_entropy"): string => `data: { train: { generate: two_moons } }\nmodel: [${model}]\nloss: ${loss}\n`;
const fromProbabilities = "{ cross_entropy: { from: probabilities } }";

/** Layers between two activations that do not make sense of the second. */
const transparent = new Set(["dropout", "flatten", "linear", "reshape", "gaussian_noise"]);

export const activationTwice = defineLintRule({
  id: "activation-twice",
  severity: "warning",
  problem: "learning",
  category: "activation",
  title: "Two activations in a row",
  why: "Without weights between them the second activation sees only what the first lets through: behind relu a sigmoid is at least 0.5, a softmax cannot push any class down, a second relu does nothing. What was meant is one of the two.",
  what: "Keep one activation a layer. Before a last softmax or sigmoid let the layer itself be linear.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2 (output units act on a linear layer) and 6.3"],
  examples: {
    bad: [file("dense: { units: 16, activation: relu }, relu, dense: 2"), file("dense: { units: 16, activation: relu }, sigmoid, dense: 2"), file("dense: { units: 16, activation: relu }, dense: { units: 2, activation: relu }, softmax", fromProbabilities), file("dense: 16, relu, dropout: 0.2, tanh, dense: 2")],
    good: [file("dense: 16, relu, dense: 2"), file("dense: { units: 16, activation: relu }, dense: 2, softmax", fromProbabilities), file("dense: { units: 16, activation: relu }, batch_norm, relu, dense: 2")],
  },
  check({ config, loss }) {
    const found = sequences(config.model).map(firstPair).find((pair) => pair !== null) ?? null;
    if (found === null) return null;
    const { first, second } = found;
    const atEnd = outputActivation(config)?.path === second.path;
    // an activation that the loss applies itself is that trouble's
    if (atEnd && loss?.arguments.from !== "probabilities" && second.kind !== first.kind) return null;
    const harmless = second.kind === first.kind && (first.kind === "relu" || first.kind === "linear");
    return {
      at: first.path,
      message: harmless ? `${second.kind} follows ${first.kind}: the second does nothing.` : `${second.kind} follows ${first.kind} without weights between them: it sees only what ${first.kind} lets through.`,
      evidence: { first: first.kind, second: second.kind },
      confidence: harmless ? 0.9 : 0.8,
      severity: harmless ? "info" : "warning",
      fixes: [{ title: `Remove the ${first.kind}`, safe: harmless, edits: [{ path: first.path.endsWith(".activation") ? first.path : placeOf(first.path), remove: true }] }],
    };
  },
});

function firstPair(sequence: readonly LayerConfig[]): { readonly first: ActivationView; readonly second: ActivationView } | null {
  for (const [index, layer] of sequence.entries()) {
    const first = ownActivation(layer);
    const next = sequence.slice(index + 1).find(({ kind }) => !transparent.has(kind));
    const second = next !== undefined && isActivation(next) ? ownActivation(next) : null;
    if (first !== null && second !== null) return { first, second };
  }
  return null;
}
