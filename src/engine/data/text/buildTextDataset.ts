/** From texts to the examples of a language model: windows of tokens, each with the token that follows every one of them. */
import { DescentError } from "../../../common/errors.js";
import type { ConstantTensor } from "../../graph/types.js";
import type { TextConfig } from "../../training/config.js";
import type { NamedBytes } from "../table.js";
import type { DatasetConfig } from "../task.js";
import type { Dataset } from "../types.js";
import { byteVocabulary, decodeText, indexTokens, tokenize, vocabularyOf, type TextRecipe } from "./tokens.js";

/** The files of each part, in the order in which they are read. `validation` and `test` where they have files of their own. */
export interface TextSources {
  readonly train: readonly NamedBytes[];
  readonly validation: readonly NamedBytes[] | null;
  readonly test: readonly NamedBytes[] | null;
}

type Part = "train" | "validation" | "test";
type Range = readonly [from: number, to: number];

/**
 * Builds the examples of a language model. The training text is split by position: the test share is its end, the validation share what lies
 * before it, and no window reaches from one part into another. Windows follow each other without a gap or an overlap: an epoch predicts
 * every token once (but for a rest shorter than a window). `limit` counts windows. Characters are those of the whole training text, as
 * class names are; a vocabulary of words is that of the training part.
 * @throws DescentError `text-task`, `text-scaling`, `text-too-short`, `text-not-utf8`, `token-unknown`
 */
export function buildTextDataset(config: DatasetConfig, sources: TextSources): Dataset {
  const { data } = config;
  const text = data.text;
  if (text === null) throw new Error("a text without its settings");
  if (data.task !== "auto" && data.task !== "language_model") throw new DescentError("text-task", `Text is read for a language model, and the task is ${data.task}.`, { path: "data.task" });
  if (data.scaling !== "none") throw new DescentError("text-scaling", "Tokens are indices, and scaling them makes others of them.", { path: "data.scaling" });
  const { recipe, parts } = readParts(config, text, sources);
  const windows = Object.fromEntries(Object.entries(parts).map(([part, tokens]) => [part, cut(tokens, text.context)])) as Record<Part, Windows>;
  checkLengths(config, windows, parts);
  const counts = { train: windows.train.count, validation: windows.validation.count, test: windows.test.count };
  const ordered = [windows.train, windows.validation, windows.test];
  const examples = counts.train + counts.validation + counts.test;
  const range = (from: number, count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => from + i);
  return {
    task: "language_model",
    inputKind: "tokens",
    inputs: joinInputs(ordered.map(({ inputs }) => inputs), [examples, text.context], recipe.vocabulary.length),
    inputDivisor: 1,
    targets: { type: "int64", dims: [examples, text.context], data: joinTargets(ordered.map(({ targets }) => targets)) },
    classes: recipe.vocabulary,
    columns: null,
    targetColumns: ["next token"],
    splits: { train: range(0, counts.train), validation: range(counts.train, counts.validation), test: range(counts.train + counts.validation, counts.test) },
    scaling: { kind: "none", offset: [0], divisor: [1] },
    targetScaling: { kind: "none", offset: [0], divisor: [1] },
    rawStatistics: [],
    rawTargetStatistics: [],
    reading: {
      format: "text", inputColumns: null, targetColumns: null, categories: {}, exampleShape: [text.context], layout: "none", missing: "error", columnMeans: null,
      text: recipe,
    },
  };
}

/** The vocabulary, and the tokens of each part by index. */
function readParts({ data }: DatasetConfig, { tokens: kind, context, vocabulary: size }: TextConfig, sources: TextSources): { recipe: TextRecipe; parts: Record<Part, Int32Array> } {
  if (data.split.fold !== undefined) throw new DescentError("folds-of-text", "The parts of a text are taken in its order, so that it has no folds: repeat it from several seeds instead.", { path: "data.split.fold" });
  const read = (file: NamedBytes): readonly string[] => tokenize(decodeText(file), kind === "words" ? "words" : "characters");
  const most = data.limit === null ? Infinity : data.limit * context + 1;
  let vocabulary = byteVocabulary;
  let training: Int32Array;
  if (kind === "bytes") {
    training = joinTokens(sources.train.map(({ bytes }) => bytes)).subarray(0, most);
  } else {
    const tokens = sources.train.flatMap(read).slice(0, most);
    vocabulary = vocabularyOf(kind === "words" ? tokens.slice(...rangesOf(tokens.length, data.split).train) : tokens, kind, size);
    training = indexTokens(tokens, vocabulary, sources.train[0]);
  }
  const index = (file: NamedBytes): ArrayLike<number> => (kind === "bytes" ? file.bytes : indexTokens(read(file), vocabulary, file));
  const ranges = rangesOf(training.length, data.split);
  const own = (part: "validation" | "test"): Int32Array => {
    const files = sources[part];
    return files === null ? training.subarray(...ranges[part]) : joinTokens(files.map(index));
  };
  return { recipe: { tokens: kind, context, vocabulary }, parts: { train: training.subarray(...ranges.train), validation: own("validation"), test: own("test") } };
}

/** Where the parts of a text of n tokens begin and end: training, validation, test, in the order of the text. */
export function rangesOf(n: number, { validation, test }: { readonly validation: number; readonly test: number }): Readonly<Record<Part, Range>> {
  const testFrom = n - Math.floor(n * test + 0.5);
  const validationFrom = testFrom - Math.floor(n * validation + 0.5);
  return { train: [0, validationFrom], validation: [validationFrom, testFrom], test: [testFrom, n] };
}

interface Windows {
  readonly count: number;
  /** [count x context]. */
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
}

/** Windows one after the other, within these tokens. The target of each token is the one behind it. */
function cut(tokens: Int32Array, context: number): Windows {
  const count = Math.max(0, Math.floor((tokens.length - 1) / context));
  return { count, inputs: tokens.subarray(0, count * context), targets: tokens.subarray(1, count * context + 1) };
}

function checkLengths({ data }: DatasetConfig, windows: Readonly<Record<Part, Windows>>, parts: Readonly<Record<Part, Int32Array>>): void {
  const wanted: readonly [Part, boolean][] = [["train", true], ["validation", data.validation !== null || data.split.validation > 0], ["test", data.test !== null || data.split.test > 0]];
  for (const [part, isWanted] of wanted) {
    if (!isWanted || windows[part].count > 0) continue;
    const name = { train: "training", validation: "validation", test: "test" }[part];
    throw new DescentError("text-too-short", `The ${name} text has ${parts[part].length} tokens, and one example takes ${data.text!.context + 1}: its context and the token behind it. Take a smaller context, a longer text, or other shares in data.split.`, { path: "data.context" });
  }
}

/** Bytes where the vocabulary fits into them: a quarter of the memory. */
function joinInputs(parts: readonly Int32Array[], dims: readonly number[], vocabulary: number): ConstantTensor {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const data = vocabulary <= 256 ? new Uint8Array(size) : new Int32Array(size);
  let start = 0;
  for (const part of parts) {
    data.set(part, start);
    start += part.length;
  }
  return { type: data instanceof Uint8Array ? "uint8" : "int32", dims, data };
}

function joinTargets(parts: readonly Int32Array[]): BigInt64Array {
  const joined = new BigInt64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) for (const token of part) joined[start++] = BigInt(token);
  return joined;
}

function joinTokens(parts: readonly ArrayLike<number>[]): Int32Array {
  const joined = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}
