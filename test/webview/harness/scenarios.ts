/** What hosts say to the panel in the states a run goes through, made with a seeded generator: figures that look like those of a small network on digits. */
import { cellsOf } from "../../../src/protocol/confusionCells.js";
import type { ConfusionMatrix, Example, Figures } from "../../../src/protocol/evaluation.js";
import type { LayerHistogram } from "../../../src/protocol/histograms.js";
import type { Manifest, RunState } from "../../../src/protocol/manifest.js";
import type { MediaTag, MediaValue } from "../../../src/protocol/logMedia.js";
import type { HostMessage, PanelFinding } from "../../../src/protocol/panel.js";

const stepsPerEpoch = 142;
const epochs = 5;
const total = stepsPerEpoch * epochs;
const classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const layers = [
  { name: "conv2d_1", kind: "conv2d", path: "model[0]", outputShape: [16, 24, 24], parameters: 416 },
  { name: "max_pool_1", kind: "max_pool", path: "model[1]", outputShape: [16, 12, 12], parameters: 0 },
  { name: "conv2d_2", kind: "conv2d", path: "model[2]", outputShape: [32, 8, 8], parameters: 12_832 },
  { name: "max_pool_2", kind: "max_pool", path: "model[3]", outputShape: [32, 4, 4], parameters: 0 },
  { name: "flatten_1", kind: "flatten", path: "model[4]", outputShape: [512], parameters: 0 },
  { name: "dense_1", kind: "dense", path: "model[5]", outputShape: [64], parameters: 32_832 },
  { name: "dense_2", kind: "dense", path: "model[6]", outputShape: [10], parameters: 650 },
];

const text = `# Handwritten digits, two convolutions
data:
  idx:
    inputs: data/mnist/images-idx3-ubyte.gz
    labels: data/mnist/labels-idx1-ubyte.gz
  split: { validation: 0.1, test: 0.1 }
model:
  - conv2d: { filters: 16, kernel: 5, activation: relu }
  - max_pool: 2
  - conv2d: { filters: 32, kernel: 5, activation: relu }
  - max_pool: 2
  - flatten
  - dense: { units: 64, activation: relu }
  - dense: 10
loss: cross_entropy
optimizer:
  sgd: { lr: 0.5, momentum: 0.9 } # a little brisk
training: { epochs: 5, batch_size: 64 }
seed: 0
`;

/** Numbers in [0, 1) from a seed (Numerical Recipes' LCG). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

export function manifest(state: RunState, step: number): Manifest {
  const done = step > stepsPerEpoch;
  return {
    version: 1, id: "2026-11-21T12-40-03-mnist", name: "mnist", file: "/home/ada/examples/mnist.train.yaml", storedFile: "mnist.train.yaml", overrides: {},
    created: "2026-11-21T12:40:03Z", updated: "2026-11-21T12:41:30Z", state, pid: 4711, socket: null, device: "cpu", threads: 1, batchSize: 64, seed: 0, task: "classification", classes,
    parameters: 46_730, operations: 1_094_400, stepsPerEpoch: state === "preparing" ? null : stepsPerEpoch, totalSteps: state === "preparing" ? null : total, epochs, step, seconds: step / 118,
    metrics: done ? { "train/loss": 0.0812, "validation/loss": 0.094, "validation/accuracy": 0.971, ...(state === "finished" ? { "test/accuracy": 0.968 } : {}) } : {},
    best: done ? { step: Math.floor(step / stepsPerEpoch) * stepsPerEpoch, metric: "validation/accuracy", value: 0.971 } : null, layers: state === "preparing" ? [] : layers,
    error: null, checkpoint: done ? { step: Math.floor(step / stepsPerEpoch) * stepsPerEpoch, path: "/home/ada/examples/runs/2026-11-21T12-40-03-mnist/checkpoints/best.onnx" } : null,
  };
}

/** Points, as a scenario says them: the fake host keeps them and answers what the panel asks. */
interface Points {
  readonly message: "series";
  readonly replace: boolean;
  readonly series: readonly { readonly tag: string; readonly steps: Float64Array; readonly values: Float64Array }[];
}
export type HarnessMessage = HostMessage | Points;

/** History up to `steps`; `diverging` ends in NaN. */
export function history(steps: number, diverging = false): Points {
  const next = random(7);
  const series = new Map<string, { steps: number[]; values: number[] }>();
  const put = (tag: string, step: number, value: number) => {
    if (!series.has(tag)) series.set(tag, { steps: [], values: [] });
    series.get(tag)!.steps.push(step);
    series.get(tag)!.values.push(value);
  };
  const named = layers.filter((layer) => layer.parameters > 0);
  for (let step = 1; step <= steps; step++) {
    let trend = 2.25 * Math.exp(-step / 60) + 0.07 + 0.15 * Math.exp(-step / 400);
    if (diverging && step > steps * 0.75) trend *= Math.exp((step - steps * 0.75) / 12);
    const broken = diverging && step > steps - 6;
    put("train/loss", step, broken ? NaN : trend * Math.exp(normal(next) * 0.22));
    put("train/learning_rate", step, step < 40 ? (0.05 * step) / 40 : 0.05 * 0.5 * (1 + Math.cos((Math.PI * (step - 40)) / (total - 40))));
    if (step % 10 === 0) put("train/accuracy", step, Math.min(1, Math.max(0.1, 1 - trend * 0.3 + normal(next) * 0.008)));
    if (step % 5 === 0) {
      let sum = 0;
      named.forEach((layer, i) => {
        const norm = broken ? Infinity : (0.25 + 0.3 * i) * (0.2 + trend) * Math.exp(normal(next) * 0.3);
        sum += norm ** 2;
        put(`train/gradient_norm/${layer.name}`, step, norm);
        put(`train/update_ratio/${layer.name}`, step, 1e-3 * (1 + i) * (0.3 + trend / 2) * Math.exp(normal(next) * 0.25));
      });
      put("train/gradient_norm", step, Math.sqrt(sum));
    }
    if (step % stepsPerEpoch === 0) {
      put("validation/loss", step, trend + 0.02 + 0.004 * (step / stepsPerEpoch));
      put("validation/accuracy", step, Math.max(0.1, 0.975 - trend * 0.32));
    }
  }
  return { message: "series", replace: true, series: [...series].map(([tag, points]) => ({ tag, steps: Float64Array.from(points.steps), values: Float64Array.from(points.values) })) };
}

export function confusion(step: number, split: "validation" | "test" = "validation"): HostMessage {
  const next = random(3);
  const pairs: Record<string, number> = { "4,9": 6, "7,2": 4, "5,3": 5, "3,5": 3, "8,3": 3, "9,4": 4, "2,7": 2, "7,9": 3, "8,5": 2 };
  const counts = classes.flatMap((_, row) => classes.map((__, column) => (row === column ? 88 + Math.floor(next() * 20) : (pairs[`${row},${column}`] ?? (next() < 0.08 ? 1 : 0)))));
  return { message: "confusion", matrix: { split, step, classes, cells: cellsOf(counts) } };
}

/** Every evaluation up to a step; the earlier, the more mistakes. */
export function evaluations(name: string, last: number, mistaken = 1): ConfusionMatrix[] {
  const found = scenario(name).findLast((message) => message.message === "confusion");
  if (!found || found.message !== "confusion") return [];
  const { classes: names, cells } = found.matrix;
  const n = names.length;
  return Array.from({ length: Math.floor(last / stepsPerEpoch) }, (_, epoch) => {
    const counts = new Float64Array(n * n);
    for (let i = 0; i < cells.length; i += 2) counts[cells[i]] = cells[i + 1];
    const next = random(epoch);
    for (let k = 0; k < n; k++) {
      const lost = Math.floor((counts[k * n + k] * 0.4 * mistaken * next()) / (epoch + 1));
      counts[k * n + k] -= lost;
      counts[k * n + Math.floor(next() * n)] += lost;
    }
    return { split: "validation", step: (epoch + 1) * stepsPerEpoch, classes: names, cells: cellsOf(counts) };
  });
}

/** A thousand classes in groups of ten that are confused within. */
function thousandClasses(step: number): HostMessage {
  const next = random(5);
  const names = Array.from({ length: 1000 }, (_, k) => `species ${String(k).padStart(3, "0")}`);
  const counts = new Float64Array(1_000_000);
  for (let k = 0; k < 1000; k++) {
    for (let i = 0; i < 10; i++) counts[k * 1000 + (next() < 0.7 ? k : next() < 0.9 ? Math.floor(k / 10) * 10 + Math.floor(next() * 10) : Math.floor(next() * 1000))]++;
  }
  return { message: "confusion", matrix: { split: "validation", step, classes: names, cells: cellsOf(counts) } };
}

/** Curves of a class whose probability is right more often than not; numbers with some noise. */
export function figures(name: string, of: number): Figures {
  const next = random(of + 1);
  if (name === "regression") {
    const actual = Array.from({ length: 600 }, () => 10 + 30 * next());
    const predicted = actual.map((value) => value * 0.95 + 1.5 + normal(next) * (0.5 + value / 20));
    return { kind: "numbers", split: "validation", step: 284, columns: ["consumption"], of, actual, predicted, examples: actual.map((_, i) => i), count: 600, mae: 1.42, rmse: 1.87, r2: 0.952, bias: 0.31 };
  }
  const names = name === "binary" ? ["benign", "malign"] : name === "thousand" ? Array.from({ length: 1000 }, (_, k) => `species ${String(k).padStart(3, "0")}`) : classes;
  const positives = 120;
  const negatives = name === "binary" ? 280 : 900;
  const scored = Array.from({ length: positives + negatives }, (_, i) => ({ is: i < positives, p: 1 / (1 + Math.exp(-(normal(next) * 1.6 + (i < positives ? 1.8 : -2.2)))) })).sort((a, b) => b.p - a.p);
  let [right, wrong] = [0, 0];
  const counted = scored.map(({ is, p }) => ({ p, right: is ? ++right : right, wrong: is ? wrong : ++wrong }));
  const bins = Array.from({ length: 10 }, (_, i) => ({ from: i / 10, to: (i + 1) / 10, count: 40, predicted: i / 10 + 0.05, observed: Math.min(1, Math.max(0, i / 10 + 0.05 + (i - 5) * 0.02)) }));
  return {
    kind: "class", split: "validation", step: 284, classes: names, of, decidesAt: name === "binary" ? 0.5 : null, positives, negatives,
    thresholds: counted.map(({ p }) => p), truePositives: counted.map((one) => one.right), falsePositives: counted.map((one) => one.wrong),
    rocAuc: 0.9613, averagePrecision: 0.8974, calibration: { bins, error: 0.041 }, confidence: { bins: bins.slice(3), error: 0.027 },
  };
}

export function projection(step: number, of = "dense_1", count = 1000): HostMessage {
  const next = random(11);
  const labels = Array.from({ length: count }, (_, i) => i % 10);
  const spread = 4 + 400 / step;
  const centres = classes.map((_, k) => [Math.cos(k * 2.4) * (12 + k * 2.6), Math.sin(k * 2.4) * (12 + k * 2.6)]);
  const predicted = labels.map((label) => (next() < 0.03 ? Math.floor(next() * 10) : label));
  const at = (i: number, axis: number) => centres[next() < 0.02 ? Math.floor(next() * 10) : labels[i]][axis] + normal(next) * spread * 0.5;
  return { message: "projection", projection: { step, method: "tsne", of, x: labels.map((_, i) => at(i, 0)), y: labels.map((_, i) => at(i, 1)), labels, predicted, loss: labels.map((label, i) => (predicted[i] === label ? 0.02 : 3) * (1 + ((i * 7) % 11))), examples: labels.map((_, i) => 9000 + i), classes } };
}

export const findings: PanelFinding[] = [
  {
    rule: "learning-rate-out-of-range", title: "Learning rate too high", severity: "warning", problem: "learning", category: "learning_rate", message: "The loss rose from 0.21 to 0.84 in 30 steps. For sgd with momentum 0.9, rates near 0.05 are usual.",
    evidence: { learning_rate: 0.5, loss_before: 0.2104, loss_after: 0.8431, steps: 30 }, confidence: 0.9, step: 412, state: "open", file: "/home/ada/examples/mnist.train.yaml", path: "optimizer.sgd.lr",
    range: { start: { line: 17, column: 14 }, end: { line: 17, column: 17 } }, fixes: [{ title: "Set lr to 0.05", safe: true, edits: [{ path: "optimizer.sgd.lr", value: 0.05 }] }], page: "rules/learning-rate-out-of-range",
    curves: ["train/loss"], triable: [0], why: "Steps that are too long jump over the valley: the loss swings or grows.", what: "Lower the rate by a factor of ten.",
  },
  {
    rule: "dropout-before-batch-norm", severity: "info", problem: "generalisation", category: "architecture", message: "The scale of the inputs is unnormalised; training starts slower than it could.",
    evidence: { mean: 33.3, deviation: 78.6 }, confidence: 0.7, step: null, state: "open", file: "/home/ada/examples/mnist.train.yaml", path: "model[2]",
    range: { start: { line: 10, column: 5 }, end: { line: 10, column: 10 } }, fixes: [], page: "rules/dropout-before-batch-norm",
  },
];

/** How a layer's values lay at five evaluations: bells that widen (weights) or narrow (gradients), and half of them at 0 (activations). */
export function histograms(layer: string): LayerHistogram[] {
  return [142, 284, 426, 568, 710].flatMap((step, i): LayerHistogram[] => {
    const bell = (width: number, centre = 0) => Array.from({ length: 30 }, (_, k) => Math.round(2000 * Math.exp(-(((k - 14.5) / 15 - centre) ** 2) * width)));
    return [
      { layer, of: "weights", step, min: -0.2 - 0.08 * i, max: 0.2 + 0.07 * i, counts: bell(6 + i) },
      { layer, of: "gradients", step, min: -0.05 / (i + 1), max: 0.05 / (i + 1), counts: bell(14) },
      { layer, of: "activations", step, min: 0, max: 2 + i / 2, counts: bell(3, -0.9).with(0, 4000) },
    ];
  });
}

/** Digits drawn with a font, as 28 x 28 grey pixels: examples that are images. */
export function imageExample(index: number, actual: number, predicted: number): Example {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 28;
  const context = canvas.getContext("2d")!;
  const next = random(index);
  context.fillStyle = "#fff";
  context.font = `${20 + Math.floor(next() * 4)}px cursive, sans-serif`;
  context.translate(14, 14);
  context.rotate((next() - 0.5) * 0.6);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(classes[actual], 0, 1);
  const { data } = context.getImageData(0, 0, 28, 28);
  const pixels = btoa(String.fromCodePoint(...Array.from({ length: 784 }, (_, i) => data[i * 4 + 3])));
  return { index, actual: classes[actual], predicted: classes[predicted], confidence: 0.99 - next() * 0.4, content: { kind: "image", width: 28, height: 28, channels: 1, pixels } };
}

function rowExample(index: number, actual: number, predicted: number): Example {
  const next = random(index);
  const columns = ["sepal length", "sepal width", "petal length", "petal width", "a long name of a column that is cut"];
  return { index, actual: classes[actual], predicted: classes[predicted], confidence: next(), content: { kind: "row", columns, values: columns.map(() => (next() * 9).toFixed(1)) } };
}

const file = { name: "mnist.train.yaml", text, changed: false };
const init = (run: Manifest | null): HostMessage => ({ message: "init", run, folder: run ? `/runs/${run.id}` : null, file: run ? file : null, layout: null, refresh: 33 });

/** The messages of a state, in the order a host sends them. */
export function scenario(name: string): HarnessMessage[] {
  const progress = (step: number, left: number | null): HostMessage => ({ message: "progress", progress: { step, totalSteps: total, epoch: step / stepsPerEpoch, epochs, stepsPerSecond: 118.4, secondsLeft: left, secondsElapsed: step / 118 } });
  const full = (state: RunState, step: number, found: PanelFinding[], diverging = false): HarnessMessage[] => [
    init(manifest(state, step)), history(step, diverging), { message: "loaded" }, progress(step, state === "running" || state === "paused" ? (total - step) / 118 + 60 : null),
    { message: "findings", findings: found }, ...(step > stepsPerEpoch ? [confusion(step), projection(stepsPerEpoch), projection(Math.floor(step / stepsPerEpoch) * stepsPerEpoch)] : []),
  ];
  switch (name) {
    case "empty": return [init(null)];
    case "broken": return [{ message: "broken", error: { code: "run-unreadable", message: "The folder of this run has no run.json. It was deleted, or is no run." } }];
    case "preparing": return [init(manifest("preparing", 0))];
    case "running": return full("running", 412, findings);
    case "healthy": return full("running", 412, []);
    case "paused": return full("paused", 300, []);
    case "stopping": return full("stopping", 300, []);
    case "stopped": return [...full("stopped", 300, findings), { message: "findings", findings, causes: 2 }];
    case "told apart": return [...full("stopped", 300, findings), { message: "findings", findings, causes: 2 }, { message: "told-apart", verdict: {
      event: "verdict", run: "/runs/a", healthy: false, causes: [{ category: "learning_rate", path: "optimizer.sgd.lr", confidence: 0.93 }, { category: "preprocessing", path: "data.scaling", confidence: 0.31 }],
      experiment: 'In a short trial train loss is 2.31 as the file is; with "Set lr to 0.05" 0.62, better by more than chance; with "Standardize the inputs" 2.29, no more different than chance makes it. It is the learning rate.',
    } }];
    case "finished": return [...full("finished", total, []), confusion(total, "test")];
    case "surfaces": case "short path": case "slow surface": case "no weights": case "colour filters": return full("finished", total, []);
    case "log": return [init({ ...manifest("finished", total), origin: "tensorboard", layers: [] }), history(total), { message: "loaded" }, { message: "findings", findings: [] }];
    case "finished early": return full("finished early", 568, findings.slice(1));
    case "failed": {
      const messages = full("failed", 340, [{ ...findings[0], rule: "non-finite-loss", title: "Loss is not finite", severity: "error", message: "The loss became NaN at step 335, after it rose for 80 steps.", step: 335 }], true);
      const run = { ...manifest("failed", 340), error: { code: "non-finite-loss", message: "The loss stopped being a number at step 335." } };
      return [init(run), ...messages.slice(1)];
    }
    case "many points": return [...full("finished", total, []).filter(({ message }) => message !== "projection"), projection(total, "dense_1", 60_000)];
    case "thousand": return [...full("running", 412, []).filter(({ message }) => message !== "confusion"), thousandClasses(284)];
    case "binary": return [init({ ...manifest("finished", total), classes: ["benign", "malign"], best: { step: 568, metric: "validation/accuracy", value: 0.95 }, restoredStep: 568 }), history(total), { message: "loaded" }, { message: "findings", findings: [] },
      { message: "confusion", matrix: { split: "validation", step: 568, classes: ["benign", "malign"], cells: cellsOf([262, 18, 14, 106]) } }];
    case "regression": return [init({ ...manifest("finished", total), task: "regression", classes: null, metrics: { "train/loss": 0.05, "validation/loss": 0.06, "validation/r2": 0.952, "validation/mae": 1.42 } }), history(total), { message: "loaded" }, { message: "findings", findings: [] }];
    case "rows": return full("running", 412, findings);
    case "log with media": return [
      { message: "init", run: { ...manifest("finished", 400), name: "resnet", origin: "tensorboard", layers: [], classes: null, totalSteps: null, epochs: 0, stepsPerEpoch: null, checkpoint: null, best: null }, folder: "/logs/resnet", file: null, layout: null, refresh: 33 },
      history(400), { message: "loaded" }, { message: "findings", findings: [{ ...findings[0], triable: [], fixes: [] }] }, { message: "media", tags: [...mediaTags], unshown: [{ kind: "audio", tags: ["voice/clean", "voice/noisy"] }, { kind: "graphs", tags: ["graph"] }] }, projection(400, "last layer"),
    ];
    default: throw new Error(`no scenario ${name}`);
  }
}

const mediaSteps = Float64Array.from({ length: 12 }, (_, i) => i * 20);
const mediaTags: readonly MediaTag[] = [{ tag: "weights/conv1", kind: "histograms", steps: mediaSteps }, { tag: "samples", kind: "images", steps: mediaSteps }, { tag: "notes", kind: "text", steps: mediaSteps.slice(0, 1) }, { tag: "class 3", kind: "pr_curves", steps: mediaSteps }];

/** One value of a log's tag. */
export function mediaValue(tag: string, index: number): MediaValue {
  const next = random(index + tag.length);
  const doubles = (length: number, value: (i: number) => number) => Float64Array.from({ length }, (_, i) => value(i));
  switch (mediaTags.find((one) => one.tag === tag)?.kind) {
    case "histograms": return { kind: "histograms", left: doubles(30, (i) => i / 10 - 1.5), right: doubles(30, (i) => i / 10 - 1.4), counts: doubles(30, (i) => Math.round(900 * Math.exp(-(((i - 15) / (4 + index / 3)) ** 2)) + 20 * next())) };
    case "images": {
      const content = imageExample(index, index % 10, index % 10).content;
      if (content.kind !== "image") throw new Error("an image was wanted");
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [content.width, content.height];
      const grey = atob(content.pixels);
      canvas.getContext("2d")!.putImageData(new ImageData(Uint8ClampedArray.from({ length: 4 * grey.length }, (_, i) => (i % 4 === 3 ? 255 : grey.codePointAt(i >> 2)!)), content.width), 0, 0);
      return { kind: "images", images: [{ type: "image/png", bytes: Uint8Array.from(atob(canvas.toDataURL("image/png").split(",")[1]), (letter) => letter.codePointAt(0)!) }] };
    }
    case "text": return { kind: "text", texts: ["ResNet-18, **lr 0.1**, cosine, 400 steps"] };
    default: {
      const thresholds = doubles(50, (i) => i / 49);
      const recall = thresholds.map((t) => 1 - t ** 3);
      return { kind: "pr_curves", thresholds, recall, precision: thresholds.map((t) => 0.5 + 0.5 * t), truePositives: recall.map((r) => r * 100), falsePositives: thresholds.map((t) => 100 * (1 - t)), trueNegatives: thresholds.map((t) => 100 * t), falseNegatives: recall.map((r) => 100 - r * 100) };
    }
  }
}

/** What the host answers to a question for examples. */
export function examples(name: string, indices: { index: number; actual: number; predicted: number }[]): Example[] {
  return indices.map(({ index, actual, predicted }) => (name === "rows" ? rowExample(index, actual, predicted) : imageExample(index, actual, predicted)));
}
