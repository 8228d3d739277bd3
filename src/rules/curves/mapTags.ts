/** What the tags of others' event files mean, as far as their words tell. */

/** A quantity as it was logged; steps rise. */
export interface Curve {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** The curves of one run that a diagnosis can use; absent where no tag tells of them. */
export interface Curves {
  readonly train: { readonly loss?: Curve; readonly accuracy?: Curve };
  readonly validation: { readonly loss?: Curve; readonly accuracy?: Curve };
  readonly learningRate?: Curve;
  readonly gradientNorm?: Curve;
  /** By layer, in the order of the file. */
  readonly layerGradientNorms: ReadonlyMap<string, Curve>;
  readonly layerZeroFractions: ReadonlyMap<string, Curve>;
}

type Quantity = "loss" | "accuracy" | "learningRate" | "gradientNorm" | "zeroFraction";

const splits: Readonly<Record<string, "train" | "validation" | "test">> = {
  train: "train", training: "train", val: "validation", valid: "validation", validation: "validation", eval: "validation", evaluation: "validation", dev: "validation", test: "test", testing: "test",
};
/** Words that say how a value was logged, not what it is. */
const fillers = new Set(["epoch", "epochs", "step", "steps", "batch", "per", "vs", "iterations", "iteration", "total", "mean", "avg", "average", "running", "global", "metrics", "metric", "scalars", "logs", "l", "param", "pg", "group", "adam", "adamw", "sgd", "rmsprop"]);
const isFiller = (word: string): boolean => /^\d+$/.test(word) || fillers.has(word.replace(/\d+$/, ""));
const lossWords = new Set(["loss", "cost", "nll", "objective"]);
const accuracyWords = new Set(["accuracy", "acc", "top1", "categorical", "sparse", "binary"]);

/** What the words of a tag tell. */
export interface Reading {
  readonly quantity: Quantity;
  readonly split: "train" | "validation" | "test";
  /** Folders before the tag that name a run; "" where there are none. */
  readonly run: string;
  /** What is left of the name: a layer, or a part of the loss. */
  readonly rest: string;
}

const wordsOf = (name: string): string[] => name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== "");

/** Which data the words of a name speak of; null where none does. */
export function splitOf(name: string): Reading["split"] | null {
  return wordsOf(name).map((word) => splits[word]).find((found) => found !== undefined) ?? null;
}

/** Reads one tag, `folder/tag`; null where its words say nothing that is known. */
export function readTag(tag: string): Reading | null {
  const parts = tag.split("/");
  const words = wordsOf(tag);
  const split = words.map((word) => splits[word]).find((found) => found !== undefined) ?? "train";
  // the quantity is told by one part of the tag; folders before it are runs, what follows is a layer
  for (let at = parts.length - 1; at >= 0; at -= 1) {
    const here = wordsOf(parts[at]);
    const quantity = quantityOf(here);
    if (quantity === null) continue;
    const own = here.filter((word) => splits[word] === undefined && !isFiller(word) && !tells(quantity, word));
    const perLayer = quantity === "gradientNorm" || quantity === "zeroFraction";
    // of a layer even a bare number is a name: PyTorch's Sequential counts
    const after = parts.slice(at + 1).filter((part) => splits[part.toLowerCase()] === undefined && (perLayer || !wordsOf(part).every((word) => isFiller(word))));
    const run = parts.slice(0, at).filter((part) => !isSplit(part)).join("/");
    return { quantity, split, run, rest: [...own, ...after].join("/") };
  }
  return null;
}

/** Whether a folder's name only says which data, or how it was logged: `train`, `val`. */
export function isSplit(part: string): boolean {
  const words = wordsOf(part);
  return words.length > 0 && words.every((word) => splits[word] !== undefined || isFiller(word));
}

function quantityOf(words: readonly string[]): Quantity | null {
  const has = (...wanted: string[]): boolean => wanted.every((word) => words.includes(word));
  if (has("lr") || has("learning", "rate")) return "learningRate";
  if (has("norm") && (has("grad") || has("gradient") || has("gradients"))) return "gradientNorm";
  if (has("zero", "fraction")) return "zeroFraction";
  if (words.some((word) => lossWords.has(word))) return "loss";
  return words.some((word) => word === "accuracy" || word === "acc" || word === "top1") ? "accuracy" : null;
}

function tells(quantity: Quantity, word: string): boolean {
  switch (quantity) {
    case "loss": return lossWords.has(word);
    case "accuracy": return accuracyWords.has(word);
    case "learningRate": return ["lr", "learning", "rate"].includes(word);
    case "gradientNorm": return ["grad", "gradient", "gradients", "norm"].includes(word);
    case "zeroFraction": return ["zero", "fraction"].includes(word);
  }
}

/**
 * The curves of each run of a folder, by the sub-folder's name ("" for the folder itself). Of several tags for one quantity the plainest
 * name counts (`loss` before `aux_loss`), then the one with more points. A test split stands for a validation split where there is none.
 */
export function mapTags(series: ReadonlyMap<string, Curve>): Map<string, Curves> {
  const runs = new Map<string, { readonly reading: Reading; readonly curve: Curve }[]>();
  for (const [tag, curve] of series) {
    const reading = readTag(tag);
    if (reading === null || curve.values.length < 2) continue;
    runs.set(reading.run, [...(runs.get(reading.run) ?? []), { reading, curve }]);
  }
  return new Map([...runs].map(([run, read]) => {
    const pick = (quantity: Quantity, ...wanted: readonly Reading["split"][]): Curve | undefined => {
      for (const split of wanted) {
        const found = read.filter(({ reading }) => reading.quantity === quantity && reading.split === split && (reading.rest === "" || quantity === "loss" || quantity === "learningRate"));
        const [first] = found.sort((a, b) => a.reading.rest.length - b.reading.rest.length || b.curve.values.length - a.curve.values.length);
        if (first !== undefined) return first.curve;
      }
      return undefined;
    };
    const layers = (quantity: Quantity) => new Map(read.filter(({ reading }) => reading.quantity === quantity && reading.rest !== "").map(({ reading, curve }) => [reading.rest, curve]));
    return [run, {
      train: { loss: pick("loss", "train"), accuracy: pick("accuracy", "train") },
      validation: { loss: pick("loss", "validation", "test"), accuracy: pick("accuracy", "validation", "test") },
      learningRate: pick("learningRate", "train", "validation", "test"),
      gradientNorm: pick("gradientNorm", "train"),
      layerGradientNorms: layers("gradientNorm"), layerZeroFractions: layers("zeroFraction"),
    }];
  }));
}
