import { nearestName } from "../common/nearestName.js";

/** Words of other tools and of the field, without case and underscores, with ours. */
const synonyms: Readonly<Record<string, string>> = {
  learningrate: "lr",
  lrschedule: "schedule",
  scheduler: "schedule",
  neurons: "units",
  outfeatures: "units",
  channels: "filters",
  outchannels: "filters",
  kernelsize: "kernel",
  poolsize: "size",
  strides: "stride",
  usebias: "bias",
  kernelinitializer: "init",
  layers: "model",
  network: "model",
  dataset: "data",
  objective: "loss",
  criterion: "loss",
  concatenate: "concat",
  skip: "residual",
  shortcut: "residual",
  resblock: "residual",
  residualblock: "residual",
  linear: "dense",
  fullyconnected: "dense",
  fc: "dense",
  conv: "conv2d",
  maxpool: "max_pool",
  maxpool2d: "max_pool",
  avgpool: "avg_pool",
  batchnorm: "batch_norm",
  batchnormalization: "batch_norm",
  numepochs: "epochs",
  batch: "batch_size",
  categoricalcrossentropy: "cross_entropy",
  sparsecategoricalcrossentropy: "cross_entropy",
  binarycrossentropy: "binary_cross_entropy",
  bce: "binary_cross_entropy",
  meansquarederror: "mse",
  features: "inputs",
  standard: "standardize",
  normalize: "standardize",
  randomseed: "seed",
  probs: "probabilities",
};

/**
 * The name that was most likely meant, or null when none is near: the same word in another spelling (`batchSize`, `max-pool`), the
 * field's synonym (`learning_rate` for `lr`), else the nearest by letters.
 */
export function suggestName(word: string, names: readonly string[]): string | null {
  const bare = (text: string): string => text.toLowerCase().replace(/[-_\s]/g, "");
  const respelled = names.find((name) => bare(name) === bare(word));
  if (respelled !== undefined) return respelled;
  const meant = synonyms[bare(word)];
  if (meant !== undefined && names.includes(meant)) return meant;
  const longer = word.length >= 3 ? names.filter((name) => name.startsWith(word.toLowerCase())) : [];
  return longer.length === 1 ? longer[0] : nearestName(word, names);
}
