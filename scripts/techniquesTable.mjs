/**
 * Every technique that the product is about, with its key in the training file, the tests that hold it, and what their figures come from.
 * A technique is one line: add its tests when it is built; one without tests is listed as not there yet. `node scripts/techniques.mjs` writes docs/techniques.md from it.
 *
 * A test is `[file, title]`, the title as it stands in the file; for a test that runs over fixtures `[file, title, fixtures, cases]`, the cases by their names there.
 */

const runs = (...cases) => ["test/engine/training/trajectories.test.ts", "a run follows PyTorch's", "test/fixtures/training/trajectories.json", cases];
const optimized = (...cases) => ["test/engine/training/optimization.test.ts", "100 steps follow PyTorch's within 1e-5", "test/fixtures/training/optimization.json", cases];
const structures = (...cases) => ["test/engine/training/structure.test.ts", "a run follows PyTorch's", "test/fixtures/structure/structure.json", cases];
const schedules = (...cases) => ["test/engine/schedules/schedules.test.ts", "%s follows PyTorch's scheduler", "test/fixtures/training/schedules.json", cases];
const augmentations = (...cases) => ["test/engine/augmentations/augmentations.test.ts", "with the same draws, as torchvision does it", "test/fixtures/augmentations/augmentations.json", cases];
const decisions = (...cases) => ["test/engine/training/measure.test.ts", "metrics", "test/fixtures/metrics/decisions.json", cases];
const counted = (title) => ["test/engine/training/techniques.test.ts", title];
const data = (title) => ["test/engine/data/buildDataset.test.ts", title];
const trainer = (title) => ["test/engine/training/trainer.test.ts", title];

const torch = "PyTorch 2.13, step by step";
const hand = "worked out by hand";

/** @type {import("./techniques.mjs").Section[]} */
export const sections = [
  {
    title: "Data",
    techniques: [
      { name: "Train, validation and test split", keys: ["data.split", "data.validation", "data.test"], tests: [["test/engine/data/split.test.ts", "stratified: every class gives its share"], ["test/engine/data/split.test.ts", "without replacement, nothing lost, sizes kept, every class keeps a training row"], counted("is not read by training, early stopping or the choice of the best weights")], reference: hand },
      { name: "Standardisation, min-max", keys: ["data.scaling"], tests: [data("standardize: mean 0, deviation 1; a constant column becomes 0"), data("minmax, unit, and a kind by column"), data("is fitted on the training split only"), trainer("predicts, and an exported model gives what evaluation gave")], reference: hand },
      { name: "Target scaling", keys: ["data.target_scaling"], tests: [data("targets are scaled in the same manner and shown in their own unit")], reference: hand },
      { name: "Label mapping, folds of classes", keys: ["data.classes"], tests: [data("folds, with a rest"), data("all others are numbered in sorted order, numbers by size")], reference: hand },
      { name: "One-hot targets", keys: ["loss.mse"], tests: [runs("loss: mse, one-hot", "loss: binary_cross_entropy, one-hot")], reference: torch },
      { name: "Batch, mini-batch, stochastic", keys: ["training.batch_size"], tests: [["test/engine/training/batches.test.ts", "counts steps as the field does: 1,000 examples are 100 steps an epoch at batch 10, 1,000 at batch 1, one at all of them"], ["test/engine/training/batches.test.ts", "takes every example once an epoch, the last batch being smaller"]], reference: hand },
      { name: "Batch size by memory", keys: ["training.batch_size"], tests: [["test/engine/training/batchSize.test.ts", "takes the largest power of two that fits, and twice of it does not"], ["test/engine/training/batchSize.test.ts", "estimates what the runtime really takes"]], reference: "the memory that the process takes" },
      { name: "Class weights", keys: ["loss.cross_entropy.class_weights"], tests: [runs("loss: cross_entropy with class weights", "loss: cross_entropy with balanced class weights")], reference: torch },
      { name: "Weighted sampling", keys: ["data.sampling"], tests: [["test/engine/training/batches.test.ts", "draws classes alike with weighted sampling"]], reference: hand },
      { name: "Flips", keys: ["data.augment[0].flip_horizontal", "data.augment[0].flip_vertical"], tests: [augmentations("flip_horizontal", "flip_vertical"), ["test/engine/augmentations/augmentations.test.ts", "flips come with their probability"]], reference: "torchvision" },
      { name: "Random crop, shift, rotation", keys: ["data.augment[0].crop", "data.augment[0].shift", "data.augment[0].rotate"], tests: [augmentations("crop", "shift", "rotate", "rotate, odd sides")], reference: "torchvision" },
      { name: "Colour jitter", keys: ["data.augment[0].color_jitter"], tests: [augmentations("color_jitter", "color_jitter, hue alone", "color_jitter, grey")], reference: "torchvision" },
      { name: "Cutout", keys: ["data.augment[0].cutout"], tests: [augmentations("cutout, even", "cutout, odd")], reference: "DeVries and Taylor's code" },
      { name: "Mixup", keys: ["data.augment[0].mixup"], tests: [["test/engine/training/augmentation.test.ts", "of %s: loss and gradient as the authors' code has them", "test/fixtures/augmentations/augmentations.json", ["classes", "columns"]]], reference: "the authors' code in PyTorch" },
      { name: "Label smoothing", keys: ["loss.cross_entropy.label_smoothing"], tests: [runs("loss: cross_entropy with label smoothing", "loss: cross_entropy with both")], reference: torch },
      { name: "Input noise", keys: ["data.augment[0].noise"], tests: [["test/engine/augmentations/augmentations.test.ts", "noise is added in their unit"]], reference: hand },
    ],
  },
  {
    title: "Model",
    techniques: [
      { name: "Dense", keys: ["model[0].dense"], tests: [runs("MLP 784-128-64-10, Adam, batch 64")], reference: torch },
      { name: "Convolution in 1, 2 and 3 dimensions", keys: ["model[0].conv1d", "model[0].conv2d", "model[0].conv3d"], tests: [runs("LeNet 16-32, SGD momentum, batch 64", "layers: stride, dilation, groups", "layers: same padding with stride", "layers: conv1d and pools over time", "layers: conv1d with dilation, mean over time", "layers: conv3d")], reference: torch },
      { name: "Depthwise and transposed convolution", keys: ["model[0].depthwise_conv2d", "model[0].conv2d_transpose"], tests: [runs("layers: depthwise_conv2d", "layers: conv2d_transpose, same", "layers: conv2d_transpose, valid and by a number")], reference: torch },
      { name: "Max, average and global pooling", keys: ["model[0].max_pool", "model[0].avg_pool", "model[0].global_avg_pool", "model[0].global_max_pool"], tests: [runs("layers: pools", "layers: conv1d and pools over time"), structures("pools over time", "volumes")], reference: torch },
      { name: "Fractional max pooling", keys: ["model[0].fractional_max_pool"], tests: [["test/engine/layers/fractionalMaxPool.test.ts", "gives PyTorch's values and gradient: %s"], structures("fractional_max_pool at inference")], reference: "PyTorch 2.13, its draws given" },
      { name: "Upsampling", keys: ["model[0].upsample"], tests: [runs("layers: upsample")], reference: torch },
      { name: "Embedding, positions", keys: ["model[0].embedding", "model[0].positional_embedding"], tests: [runs("layers: embedding and learned positions", "layers: sinusoidal positions")], reference: torch },
      { name: "LSTM, GRU, plain recurrence", keys: ["model[0].lstm", "model[0].gru", "model[0].rnn"], tests: [runs("layers: lstm", "layers: lstm, bidirectional, sequences", "layers: gru", "layers: gru, bidirectional", "layers: rnn"), structures("rows of an image as steps")], reference: torch },
      { name: "Masking of padded steps", keys: ["model[0].masking"], tests: [structures("masking, lstm", "masking, gru in both directions", "masking through two layers", "masking, attention", "masking, mean over time", "masking, a number for every step", "masking of symbols")], reference: "PyTorch 2.13: packed sequences, key_padding_mask" },
      { name: "Attention, transformer", keys: ["model[0].attention", "model[0].transformer"], tests: [runs("layers: attention", "layers: attention, causal", "layers: transformer", "layers: causal transformer on symbols")], reference: torch },
      { name: "Language model on text", keys: ["data.tokens", "data.context"], tests: [["test/engine/training/languageModel.test.ts", "trains as PyTorch's does: cross-entropy over every step of every window"], ["test/engine/training/languageModel.test.ts", "has scikit-learn's loss, perplexity, accuracy and top-k accuracy"]], reference: "PyTorch 2.13, scikit-learn" },
      { name: "Residual branches", keys: ["model[0].residual"], tests: [structures("a small ResNet", "branches within branches", "images without channels", "branches over time")], reference: torch },
      { name: "Concatenating and adding branches", keys: ["model[0].concat", "model[0].add"], tests: [structures("an Inception module", "branches within branches", "branches over time")], reference: torch },
      { name: "Repeated layers", keys: ["model[0].repeat"], tests: [structures("a small ResNet")], reference: torch },
      { name: "Flatten, reshape, permute", keys: ["model[0].flatten", "model[0].reshape", "model[0].permute"], tests: [runs("layers: reshape, permute, maxout")], reference: torch },
      { name: "ReLU, leaky ReLU, PReLU", keys: ["model[0].relu", "model[0].leaky_relu", "model[0].prelu"], tests: [runs("loss: through relu", "loss: through leaky_relu", "layers: prelu")], reference: torch },
      { name: "ELU, SELU, GELU, SiLU", keys: ["model[0].elu", "model[0].selu", "model[0].gelu", "model[0].silu"], tests: [runs("loss: through elu", "loss: through selu", "loss: through gelu", "loss: through silu")], reference: torch },
      { name: "Sigmoid, tanh, softplus", keys: ["model[0].sigmoid", "model[0].tanh", "model[0].softplus"], tests: [runs("loss: through sigmoid", "loss: cross_entropy", "loss: through softplus")], reference: torch },
      { name: "Softmax, log-softmax", keys: ["model[0].softmax", "model[0].log_softmax"], tests: [runs("loss: through softmax", "loss: through log_softmax")], reference: torch },
      { name: "Maxout", keys: ["model[0].maxout"], tests: [runs("layers: reshape, permute, maxout")], reference: torch },
      { name: "Zeros, constants, normal, uniform", keys: ["model[0].dense.init"], tests: [["test/engine/initializers/initializers.test.ts", "constants are constant"], ["test/engine/initializers/initializers.test.ts", "%j has mean 0 and its variance"]], reference: "the distribution's moments" },
      { name: "Glorot, He, LeCun", keys: ["model[0].dense.init"], tests: [["test/engine/initializers/initializers.test.ts", "%j has mean 0 and its variance"], ["test/engine/initializers/initializers.test.ts", "%s stays within its limit and nears it"]], reference: "the papers' variances" },
      { name: "Orthogonal", keys: ["model[0].dense.init"], tests: [["test/engine/initializers/initializers.test.ts", "orthogonal: the vectors of %j are orthonormal"]], reference: "orthonormality" },
      { name: "A small positive bias for ReLU", keys: ["model[0].dense.bias_init"], tests: [counted("bias_init gives ReLU units a small positive bias")], reference: hand },
      { name: "Batch normalisation", keys: ["model[0].batch_norm"], tests: [runs("layers: batch_norm after conv2d and dense"), structures("batch_norm without gamma on sequences")], reference: torch },
      { name: "Layer, group, instance normalisation", keys: ["model[0].layer_norm", "model[0].group_norm", "model[0].instance_norm"], tests: [runs("layers: layer_norm, group_norm, instance_norm on images", "layers: norms on sequences")], reference: torch },
      { name: "Capacity: parameters and operations", keys: [], tests: [["test/engine/layers/outline.test.ts", "follows shapes, parameters and multiply-adds through a convolutional network"]], reference: hand },
      { name: "Any ONNX model, differentiated", keys: [], tests: [["test/engine/differentiation/differentiateModel.test.ts", "differentiateModel on PyTorch's exports equals PyTorch's gradients"]], reference: "PyTorch 2.13, models of both its exporters" },
      { name: "Any ONNX model, imported to train", keys: ["model.onnx"], tests: [["test/engine/imported/training.test.ts", "an imported PyTorch model trains as PyTorch trains it"], ["test/engine/imported/sources.test.ts", "reads pictures with channels last, predicts as Keras does, and trains on"], ["test/engine/imported/sources.test.ts", "models of scikit-learn's converter"]], reference: "PyTorch 2.13, Keras, scikit-learn" },
      { name: "Autoencoder", keys: ["data.task"], tests: [["test/engine/training/autoencoder.test.ts", "trains as PyTorch's does, with scikit-learn's errors, and says its reconstructions in the columns' own units"]], reference: "PyTorch 2.13, scikit-learn" },
    ],
  },
  {
    title: "Loss and output",
    techniques: [
      { name: "Regression: mean squared error", keys: ["loss.mse"], tests: [runs("optimizer: sgd", "loss: mse, index as a number")], reference: torch },
      { name: "Mean absolute error, Huber", keys: ["loss.mae", "loss.huber"], tests: [runs("loss: mae", "loss: huber", "loss: huber, one-hot")], reference: torch },
      { name: "Binary cross-entropy from logits", keys: ["loss.binary_cross_entropy"], tests: [runs("loss: binary_cross_entropy, one output", "loss: binary_cross_entropy from probabilities", "loss: binary_cross_entropy, several labels")], reference: torch },
      { name: "Decision threshold, positive class", keys: ["metrics[0].threshold", "metrics[0].positive"], tests: [decisions("one logit, threshold 0.3", "two outputs, threshold 0.7, the first class is the positive one", "labels, threshold 0.4")], reference: "scikit-learn" },
      { name: "Softmax cross-entropy from logits", keys: ["loss.cross_entropy"], tests: [runs("loss: cross_entropy", "loss: cross_entropy with more outputs than classes", "loss: cross_entropy from softmax", "loss: cross_entropy from sigmoids")], reference: torch },
      { name: "Negative log-likelihood", keys: ["loss.nll"], tests: [runs("loss: nll after log_softmax")], reference: torch },
      { name: "Weights by class", keys: ["loss.cross_entropy.class_weights", "loss.binary_cross_entropy.class_weights"], tests: [runs("loss: cross_entropy with class weights", "loss: focal with a fraction as gamma and class weights"), ["test/engine/losses/classWeights.test.ts", "%s is PyTorch's"]], reference: torch },
      { name: "Focal loss", keys: ["loss.focal"], tests: [runs("loss: focal", "loss: focal, one output", "loss: focal, several labels")], reference: "the paper's formula in PyTorch" },
      { name: "Hinge loss", keys: ["loss.hinge"], tests: [runs("loss: hinge, one output", "loss: hinge, one-hot")], reference: "the formula in PyTorch" },
    ],
  },
  {
    title: "Optimisation",
    techniques: [
      { name: "SGD", keys: ["optimizer.sgd"], tests: [runs("optimizer: sgd")], reference: torch },
      { name: "Momentum, PyTorch's form and the classic one", keys: ["optimizer.sgd.momentum", "optimizer.sgd.momentum_form"], tests: [runs("optimizer: sgd with momentum", "optimizer: sgd with momentum, falling rate", "optimizer: sgd with momentum in the classic form, falling rate")], reference: "PyTorch 2.13; the classic form by its formula" },
      { name: "Nesterov", keys: ["optimizer.sgd.nesterov"], tests: [runs("optimizer: sgd with Nesterov momentum", "optimizer: sgd with Nesterov momentum in the classic form, falling rate")], reference: "PyTorch 2.13; the classic form by its formula" },
      { name: "AdaGrad", keys: ["optimizer.adagrad"], tests: [runs("optimizer: adagrad"), optimized("adagrad, other constants")], reference: torch },
      { name: "RMSProp", keys: ["optimizer.rmsprop"], tests: [runs("optimizer: rmsprop"), optimized("rmsprop, other constants")], reference: torch },
      { name: "AdaDelta", keys: ["optimizer.adadelta"], tests: [runs("optimizer: adadelta", "optimizer: adadelta, other constants")], reference: torch },
      { name: "Adam, AMSGrad, without bias correction", keys: ["optimizer.adam", "optimizer.adam.amsgrad", "optimizer.adam.bias_correction"], tests: [runs("optimizer: adam", "optimizer: adam, other constants", "optimizer: adam with amsgrad", "optimizer: adam without bias correction")], reference: "PyTorch 2.13; without correction by the formula" },
      { name: "AdamW", keys: ["optimizer.adamw"], tests: [runs("optimizer: adamw")], reference: torch },
      { name: "AdaMax, Nadam", keys: ["optimizer.adamax", "optimizer.nadam"], tests: [runs("optimizer: adamax", "optimizer: nadam"), optimized("adamax, other constants", "nadam, other constants")], reference: torch },
      { name: "Yogi, Lion, LAMB", keys: ["optimizer.yogi", "optimizer.lion", "optimizer.lamb"], tests: [runs("optimizer: yogi", "optimizer: lion", "optimizer: lamb"), optimized("yogi with bias correction", "lion, other constants")], reference: "the papers' formulas" },
      { name: "Muon", keys: ["optimizer.muon"], tests: [runs("optimizer: muon", "optimizer: muon, steps of AdamW's size")], reference: "PyTorch 2.13, in float32" },
      { name: "Groups with rates of their own", keys: ["optimizer.adam.groups"], tests: [runs("optimizer: a group with a rate and decay of its own"), ["test/engine/training/groups.test.ts", "clip their gradients by themselves"]], reference: torch },
      { name: "Step, exponential, polynomial and cosine decay", keys: ["schedule.step", "schedule.exponential", "schedule.polynomial", "schedule.cosine"], tests: [schedules("step", "exponential", "polynomial", "cosine"), optimized("schedule: step, nadam", "schedule: exponential, adagrad", "schedule: polynomial, adam", "schedule: cosine after warm-up, adamw")], reference: torch },
      { name: "1/t decay", keys: ["schedule.inverse_time"], tests: [optimized("schedule: inverse_time, sgd"), ["test/engine/schedules/schedules.test.ts", "inverse_time divides by 1 + decay x step"]], reference: "PyTorch's LambdaLR; the formula" },
      { name: "Warm-up", keys: ["schedule.cosine.warmup_steps"], tests: [schedules("constant with warm-up"), ["test/engine/schedules/schedules.test.ts", "warms up in a line, whatever the schedule"]], reference: torch },
      { name: "Cyclical, one-cycle", keys: ["schedule.cyclical", "schedule.one_cycle"], tests: [schedules("cyclical", "one_cycle", "one_cycle, long rise"), optimized("schedule: cyclical, sgd", "schedule: one_cycle, sgd with momentum")], reference: torch },
      { name: "Reduce on plateau", keys: ["schedule.reduce_on_plateau"], tests: [["test/engine/schedules/schedules.test.ts", "reduce_on_plateau follows PyTorch's ReduceLROnPlateau: $arguments"]], reference: torch },
      { name: "Learning-rate range test", keys: [], tests: [], reference: "" },
      { name: "Clipping by norm and by value", keys: ["training.clip.norm", "training.clip.value"], tests: [runs("optimizer: clipping by norm", "optimizer: clipping by value")], reference: torch },
      { name: "Scaling to a fixed norm", keys: ["training.clip.scale_to_norm"], tests: [optimized("clipping: scaled to a norm"), counted("scale_to_norm: %d makes SGD's step lr times as long, whatever the gradient")], reference: torch },
      { name: "Accumulation over micro-batches", keys: ["training.accumulate"], tests: [optimized("accumulation of three micro-batches"), ["test/engine/training/accumulate.test.ts", "accumulation over micro-batches"], ["test/engine/training/accumulateConvolutions.test.ts", "are the batch that they make up (%s)"]], reference: "PyTorch 2.13, step by step; the same batch in one piece" },
      { name: "Polyak averaging", keys: ["training.average.polyak"], tests: [optimized("Polyak averaging"), ["test/engine/training/averaging.test.ts", "is w_test = 0.9 w_test + 0.1 w over the weights of every step, and leaves training alone"]], reference: "PyTorch's AveragedModel; the formula" },
      { name: "Curvature: largest and smallest, their ratio, saddle or minimum", keys: [], tests: [["test/engine/training/curvature/curvature.test.ts", "foretells where descent diverges: just below the stable rate a quadratic loss falls, just above it rises"], ["test/rules/live/curvature.test.ts", "tell minimum, saddle, valley, maximum and level"]], reference: "PyTorch's Hessian, SciPy's eigsh" },
      { name: "Finite differences as the check of gradients", keys: [], tests: [["test/engine/ops/operatorTable.test.ts", "has a formula and a test of differences for each"], ["test/engine/differentiation/gradients.test.ts", "agree with differences"]], reference: "finite differences" },
      { name: "Mixed precision", keys: ["training.precision"], tests: [["test/engine/training/mixedPrecision.test.ts", "%s: losses within float16 of autocast's, the scale as GradScaler's", "test/fixtures/training/mixedPrecision.json", ["mlp", "mlp, overflowing at first", "conv", "conv, overflowing at first"]], ["test/engine/training/mixedPrecision.test.ts", "is refused, with its line, where the device has none"]], reference: "PyTorch's autocast and GradScaler" },
    ],
  },
  {
    title: "Regularisation",
    techniques: [
      { name: "L1, L2, elastic net", keys: ["regularization.l1", "regularization.l2", "regularization.include_biases"], tests: [runs("regularization: l1", "regularization: l2", "regularization: l1 and l2, biases too", "regularization: a layer's own arguments")], reference: torch },
      { name: "Decoupled weight decay", keys: ["regularization.weight_decay", "optimizer.adamw.weight_decay"], tests: [runs("regularization: weight decay, decoupled", "optimizer: adamw")], reference: torch },
      { name: "Weight constraint (max-norm)", keys: ["regularization.max_norm", "model[0].dense.max_norm"], tests: [runs("regularization: max_norm", "layers: activity penalty and max_norm of a convolution")], reference: torch },
      { name: "Activity regularisation", keys: ["regularization.activity_l1", "regularization.activity_l2"], tests: [runs("regularization: activity_l1", "regularization: activity_l2")], reference: torch },
      { name: "Dropout", keys: ["model[0].dropout"], tests: [counted("scales what is left by 1 / (1 - p): mse grows by p / (1 - p) sum x^2 w^2 on average, and inference drops nothing"), ["test/engine/training/dropoutTable.test.ts", "drops a share of %d and keeps the mean at 1"]], reference: "the mean that theory gives" },
      { name: "DropConnect", keys: ["model[0].dense.drop_connect"], tests: [["test/engine/layers/noise.test.ts", "drop_connect drops weights in training: mse grows by p / (1 - p) sum x^2 w^2 on average"]], reference: "the mean that theory gives" },
      { name: "Input and hidden noise", keys: ["model[0].gaussian_noise"], tests: [["test/engine/layers/noise.test.ts", "gaussian_noise moves training's outputs anew each step and leaves inference alone"]], reference: "what convexity says of the mean" },
      { name: "Early stopping with patience", keys: ["training.early_stopping"], tests: [trainer("stops early by patience and gives the best weights back")], reference: hand },
    ],
  },
  {
    title: "Beyond one run",
    techniques: [
      { name: "Transfer learning: a new head, frozen parts, tuned later", keys: ["model.head", "model.replace_after", "model.freeze", "training.unfreeze"], tests: [["test/engine/imported/training.test.ts", "an imported PyTorch model trains as PyTorch trains it"], ["test/engine/imported/phases.test.ts", "moves frozen tensors from its epoch on, at smaller rates"], ["test/engine/imported/sources.test.ts", "replace_after takes a layer, a node or a tensor, and the head stands behind it"]], reference: "PyTorch 2.13" },
      { name: "Freezing", keys: ["optimizer.adam.groups"], tests: [runs("optimizer: a frozen layer"), ["test/engine/training/groups.test.ts", "leave frozen tensors as they are to the bit, and move the others"]], reference: torch },
      { name: "Greedy pretraining, supervised and by auto-encoder", keys: ["training.pretrain"], tests: [["test/engine/training/pretraining.test.ts", "%s, earlier layers fixed: %s"], ["test/engine/training/pretraining.test.ts", "%s: stopped and resumed at any step, also where a stage ends, it is the same run to the bit"], ["test/engine/training/pretraining.test.ts", "by auto-encoder never looks at labels: others give the same layers"], ["test/cli/tasks.test.ts", "by auto-encoder reads unlabelled files as the training data are read"]], reference: "PyTorch 2.13, step by step" },
      { name: "Ensembles of independent members", keys: ["ensemble", "ensemble.vary"], tests: [["test/engine/ensemble/ensemble.test.ts", "of logits are the mean of the probabilities"], ["test/engine/ensemble/ensemble.test.ts", "has scikit-learn's loss and accuracy, SciPy's gain, and says where members disagree"], ["test/cli/ensemble.test.ts", "predict together the mean of what each says of data that it scales itself"]], reference: "NumPy, scikit-learn, SciPy" },
      { name: "Snapshot ensembles", keys: ["ensemble.kind"], tests: [["test/cli/ensemble.test.ts", "are cycles of one training, each from the last weights of the one before"]], reference: hand },
      { name: "Repeated seeds", keys: ["repeat"], tests: [["test/cli/group.test.ts", "runs the file from several seeds, each as --seed runs it, and tells mean, deviation and interval"], ["test/common/statistics/statistics.test.ts", "has SciPy's mean, deviation and interval"], ["test/common/statistics/statistics.test.ts", "equals SciPy's"]], reference: "SciPy; the same runs one by one" },
      { name: "Cross-validation", keys: ["repeat.folds", "data.split.fold"], tests: [["test/engine/data/split.test.ts", "folds share the test split, hold every other row once, and each class in proportion"], ["test/cli/group.test.ts", "validates each run on another part of what is not test data"]], reference: hand },
      { name: "Grid and random search", keys: ["search", "search.space"], tests: [["test/trials/search/drawTrials.test.ts", "draws the same trials from the same seed, others from another"], ["test/trials/search/drawTrials.test.ts", "draws each order of magnitude, each number and each option equally often"], ["test/trials/search/drawTrials.test.ts", "goes through a grid, the last setting fastest, ranges at equal distances"], ["test/cli/search.test.ts", "tries its trials, ranks them on validation, confirms the winner, and looks at test once, when asked"], ["test/cli/search.test.ts", "killed again and again it comes to the same figures as one that was left alone, and no trial is lost or run twice"]], reference: "shares worked out by hand; the same search, uninterrupted" },
      { name: "Successive halving, median rule", keys: ["search.strategy", "search.stop_early"], tests: [["test/trials/search/stopRules.test.ts", "keeps the best of many, at a fraction of the training"], ["test/trials/search/stopRules.test.ts", "stops what is at its best worse than the median of running averages"], ["test/cli/search.test.ts", "stops trials that cannot win; one that diverges ends with its finding"]], reference: "Li and others (2020), Golovin and others (2017)" },
      { name: "Reproducibility", keys: ["seed"], tests: [trainer("gives the same losses to the bit for the same seed, however it is cut into chunks, and others for another"), trainer("goes on to the bit after a resume at step %i"), ["test/engine/training/resumeTechniques.test.ts", "a run with everything that has a memory goes on to the bit: averages, plateaus, accumulation, noise, dropped weights, groups"], ["test/engine/training/resumeProperty.test.ts", "a run that is stopped and resumed is the run that was not"]], reference: "the same run, uninterrupted" },
    ],
  },
];
