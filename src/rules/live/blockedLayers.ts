/** What a run's statistics say of why no gradient arrives: vanishing on its way, units that are off, a model that is only a straight line. */
import { everyLayer } from "../../engine/layers/nested.js";
import { activationAfter, hiddenLayers, isLinearModel, isWeighted, outputLayer, widthOf, widthPath } from "../modelView.js";
import type { Symptom } from "./defineLiveRule.js";
import type { LiveContext } from "./liveContext.js";
import { lowerRate, short } from "./lowerRate.js";
import type { RunHistory } from "./runHistory.js";

/** Where the symptom stands and what it suggests. */
type Place = Pick<Symptom, "at" | "category" | "confidence" | "guess" | "fixes">;

/** First over last layer's gradient norm below which gradients count as vanished (AutoTrainer's 1e-3; five sigmoid layers on MNIST give 1e-4). */
const vanished = 1e-3;
/** Share of zeros from which a ReLU layer counts as dead (SageMaker Debugger: less than 1 % active). */
const dead = 0.99;
/** Units of a layer that are few: of 4 drawn at random all are off for most examples once in 16 layers. */
export const fewUnits = 4;

/** The layer that keeps a stuck model from learning, by the last statistics; null where none stands out. */
export function blockedLayer(context: LiveContext, history: RunHistory): Place | null {
  return deadLayer(context, history) ?? vanishingGradient(context, history) ?? straightLine(context);
}

function deadLayer(context: LiveContext, { firstStatistics, lastStatistics }: RunHistory): Place | null {
  const { config } = context;
  const layer = everyLayer(config.model).find(({ name }) => (lastStatistics[`zero_fraction/${name}`] ?? 0) >= dead);
  if (layer === undefined) return null;
  const zeros = lastStatistics[`zero_fraction/${layer.name}`];
  const died = (firstStatistics?.[`zero_fraction/${layer.name}`] ?? 1) < 0.9;
  const guess = `${layer.name} is off for ${short(100 * zeros)} % of its values: no gradient passes it.`;
  // a layer of few units is off as a whole by chance: it is their number that is wrong (dead-units)
  if (isWeighted(layer) && widthOf(layer) <= fewUnits) {
    return { at: widthPath(layer), category: "architecture", confidence: 0.75, guess: `${guess} It has only ${widthOf(layer)} unit${widthOf(layer) === 1 ? "" : "s"}.`, fixes: [{ title: `Set ${layer.name} to 32`, safe: false, edits: [{ path: widthPath(layer), value: 32 }] }] };
  }
  if (died) return { at: context.optimizer.lrPath, category: "learning_rate", confidence: 0.75, guess: `${guess} It was alive at the start: a step was too long.`, fixes: lowerRate(context) };
  if (isWeighted(layer) && layer.arguments.init !== undefined) {
    return { at: `${layer.path}.init`, category: "initialisation", confidence: 0.75, guess, fixes: [{ title: "Use the default initialiser", safe: true, edits: [{ path: `${layer.path}.init`, remove: true }] }] };
  }
  return { at: layer.path, category: "activation", confidence: 0.7, guess };
}

function vanishingGradient({ config }: LiveContext, { lastStatistics }: RunHistory): Place | null {
  const [first] = hiddenLayers(config);
  const last = outputLayer(config);
  const activation = first === undefined ? null : activationAfter(config, first);
  if (first === undefined || last === null || activation === null) return null;
  const [low, high] = [lastStatistics[`gradient_norm/${first.name}`], lastStatistics[`gradient_norm/${last.name}`]];
  if (low === undefined || !(high > 0) || low > vanished * high) return null;
  return {
    at: activation.path, category: "activation", confidence: 0.7, guess: `The gradient of ${first.name} is ${short(low / high)} of that of ${last.name}: it vanishes on its way through the layers.`,
    fixes: activation.path.endsWith(".activation") && activation.kind !== "relu" ? [{ title: "Use relu", safe: false, edits: [{ path: activation.path, value: "relu" }] }] : [],
  };
}

function straightLine({ config }: LiveContext): Place | null {
  if (hiddenLayers(config).length > 0 || outputLayer(config) === null || !isLinearModel(config)) return null;
  return { at: "model", category: "architecture", confidence: 0.6, guess: "A model without hidden layers can only draw a straight border." };
}
