/** What the pages of the short experiments say beside their titles (`protocol/checks`). */
import type { CheckId } from "../../protocol/checks.js";

export interface CheckPage {
  /** Why a failure matters. */
  readonly why: string;
  /** What to do when it fails. */
  readonly what: string;
  /** When it fails, with its thresholds. */
  readonly fails: string;
  /** A training file that fails it, and one that passes. */
  readonly bad: string;
  readonly good: string;
  readonly sources: readonly string[];
}

/** A file that passes everything, with some of its text replaced, which must be there. */
function moons(from = "", to = ""): string {
  return `data: { train: { generate: two_moons, examples: 500, noise: 0.1 }, split: { validation: 0.2 } }
model:
  - dense: { units: 16, activation: relu }
  - dense: 2
loss: cross_entropy
optimizer: { adam: { lr: 1e-2 } }
training: { epochs: 60, batch_size: 32 }
seed: 0
`.replace(from, to);
}

const recipe = 'Karpathy, "A Recipe for Training Neural Networks" (2019)';

export const checkPages: Readonly<Record<CheckId, CheckPage>> = {
  "initial-loss": {
    why: "Fresh from its initialisers a model knows nothing, so that its first loss is that of chance: ln K for K balanced classes. A loss that is much larger comes from outputs that are too large, by unscaled inputs or by weights drawn too large, and the first steps are spent on taking that back. One that is much smaller means that the answer stands among the inputs.",
    what: "Scale the inputs (`data.scaling: standardize`), go back to the default initialisers, or look for the target among the inputs.",
    fails: "The mean loss of the first 20 batches is above 10 times chance (40 times for squared errors), or below half of it.",
    bad: moons("- dense: 2", "- dense: { units: 2, init: { normal: 50 } }"), good: moons(), sources: [`${recipe}, "verify loss @ init"`],
  },
  gradient: {
    why: "Training follows the gradient. Where the device or an operator computes it wrongly, a model still learns something, only slowly and worse; no curve shows it.",
    what: "Train on another device (`device: cpu`) or without `precision: mixed`, and report the operator that the message names.",
    fails: "Along the gradient of single weights, of all of them or along random directions the slope differs by more than 2 % from central differences of the loss, as far as float32 can measure those; or the gradient is 0 where the loss moves.",
    bad: moons("- dense: 2", "- dense: { units: 2, init: zeros }\n  - dense: { units: 2, init: zeros, bias: false }\n  - dense: { units: 2, init: zeros, bias: false }"), good: moons(),
    sources: ["Goodfellow, Bengio, Courville: Deep Learning, 11.5", "CS231n, gradient checks: relative error above 1e-2"],
  },
  "overfit-batch": {
    why: "A model with enough parameters learns sixteen examples by heart within seconds. One that cannot has something wrong between input and loss that more data or more time will not mend.",
    what: "Look at the loss and the last activation first, then at the learning rate, then at whether the model is wide enough to hold the examples.",
    fails: "After 1,000 steps on sixteen examples, without dropout, regularisation and augmentation and with a constant rate, more than 5 % of the classes are wrong (of a regression: 1 % of the loss of always predicting the mean is left).",
    bad: moons("1e-2", "1e-7"), good: moons(), sources: [`${recipe}, "overfit one batch"`, "UMLAUT and AutoTrainer use the same test"],
  },
  "loss-falls": {
    why: "The steps of the run itself must make the loss smaller on the very batches that they began with. Where they do not, the rate is too high, too low, or nothing reaches the weights.",
    what: "Take the rate that `learning-rate-range` suggests. Where the loss stands still at every rate, look for activations that pass no gradient and for weights that begin alike.",
    fails: "The loss of the first 20 batches is not smaller by 1 % and by more than its noise after some seconds, or after the whole run.",
    bad: moons("1e-2", "1e-7"), good: moons(), sources: [`${recipe}`, "measured on digits with Adam: 11 % in 100 steps at a rate of 1e-4, 1.4 % at 1e-5, 0.1 % in 675 steps at 1e-7"],
  },
  "zeroed-input": {
    why: "A model that does as well on zeros as on its inputs does not use them: it has learnt how often each answer occurs, and nothing else.",
    what: "Look at whether inputs and labels belong together row by row, whether scaling or a layer flattens the inputs to nothing, and whether the inputs say anything about the target at all.",
    fails: "Trained side by side from one seed, inputs do not do better than zeros by 1 % and three standard errors, within some seconds or the whole run.",
    bad: moons("generate: two_moons, examples: 500, noise: 0.1", "generate: noise, examples: 3000").replace("epochs: 60", "epochs: 3"), good: moons(), sources: [`${recipe}, "input-independent baseline"`],
  },
  "shuffled-labels": {
    why: "Labels that were dealt out anew have nothing to do with the inputs. A model that foretells them on held-out examples has seen these very examples in training: its validation figures are worth nothing.",
    what: "Take duplicates out before splitting, split by group (patient, speaker, day), and keep a test set apart.",
    fails: "After learning shuffled labels by heart, held-out examples are met better than by chance, by more than 4 standard errors. Examples with equal inputs keep equal labels.",
    bad: `data: { train: data/digits.csv, validation: data/digits.csv, target: label, limit: 300 } # the same file twice
model: [dense: { units: 256, activation: relu }, dense: 10]
loss: cross_entropy
optimizer: { adam: { lr: 1e-2 } }
training: { epochs: 60, batch_size: 32 }
seed: 0
`,
    good: moons(), sources: ["Ojala and Garriga, Permutation Tests for Studying Classifier Performance, 2010", "Zhang et al., Understanding deep learning requires rethinking generalization, 2017"],
  },
  "train-eval": {
    why: "Batch normalisation, dropout and noise behave differently while training and in use. Where the same weights give another loss in inference mode, what was learnt does not hold when it is used.",
    what: "Give `batch_norm` a momentum near 0.9 and batches that are large enough for their statistics, or use `layer_norm`.",
    fails: "After a moment of training, and as long of standing still, the loss of the same examples differs by more than 50 % between the two modes, dropout and augmentation left out.",
    bad: moons("- dense: 2", "- batch_norm: { momentum: 0.99999 }\n  - dense: 2"), good: moons("- dense: 2", "- batch_norm\n  - dense: 2"), sources: ["Ioffe and Szegedy, Batch Normalization, 2015", "SageMaker Debugger and UMLAUT compare the two modes in the same way"],
  },
  "learning-rate-range": {
    why: "The learning rate is the setting that matters most, and the one that is most easily off by a factor of ten. Raising it step by step shows where the loss begins to fall, where it falls fastest and where it breaks.",
    what: "Take one of the rates that the message suggests: the valley is the safest, a tenth of the minimum the usual one, the steepest the boldest.",
    fails: "At the file's rate the loss has risen again, three times beyond the rate with the smallest loss, or the rate is a thousand times smaller than everything that is suggested. The rate goes from 1e-7 to 10 in 100 steps and stops at four times the best loss.",
    bad: moons("adam: { lr: 1e-2 }", "adam: { lr: 1e-7 }"), good: moons(), sources: ["Smith, Cyclical Learning Rates, 2017", "fastai's lr_find: smoothing 0.98, suggestions valley, steepest, minimum / 10"],
  },
  "batch-size": {
    why: "A batch whose step does not fit into memory ends the run at its first step, or makes the machine swap and every step many times slower.",
    what: "Take smaller batches, or the same batch in parts with `training.accumulate`; `batch_size: auto` takes the largest that fits.",
    fails: "The file's batch (with `accumulate`, its parts) is larger than what fits into the free memory, measured by a step of doubled batches.",
    bad: `data: { train: { generate: blobs, examples: 200000 } }
model: [dense: 1000000, dense: 3]
training: { batch_size: full }
`,
    good: moons(), sources: ["the step's own memory is measured; nothing is estimated from tables"],
  },
  seeds: {
    why: "A run that learns from one seed and not from another says little about the settings that it was made with: comparing two such runs compares their luck.",
    what: "Lower the rate or warm it up, widen layers with dead units, and compare settings by means over several seeds (`repeat: 5`).",
    fails: "Of five short runs from different seeds some break, or the worst takes off less than a quarter of what the best takes off the loss.",
    bad: moons("units: 16, activation: relu", "units: 1, activation: relu").replace("1e-2", "1e-1"), good: moons(), sources: ['Bouthillier et al., "Accounting for Variance in Machine Learning Benchmarks", 2021'],
  },
};
