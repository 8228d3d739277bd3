/** Reads what a training file's `data` section names: the entry for whatever trains. */
import { tmpdir } from "node:os";
import path from "node:path";
import { DescentError, toDescentError } from "../common/errors.js";
import { buildTextDataset } from "../engine/data/text/buildTextDataset.js";
import { buildDataset } from "../engine/data/buildDataset.js";
import { generateTable } from "../engine/data/generators.js";
import { readInline } from "../engine/data/inline.js";
import { detectFormat } from "../engine/data/formats/detect.js";
import { readLabels, readSource } from "../engine/data/readBytes.js";
import { withSample, type ExampleStream } from "../engine/data/stream/exampleStream.js";
import type { NamedBytes, RawSource } from "../engine/data/table.js";
import type { DatasetConfig } from "../engine/data/task.js";
import type { Dataset } from "../engine/data/types.js";
import type { SourceConfig } from "../engine/training/config.js";
import { findImages } from "./images/findImages.js";
import { loadImages, type ImageDecoder, type ImageSource } from "./images/loadImages.js";
import { decodeTask } from "./images/readImages.js";
import { readUserFile } from "./readFile.js";
import { resolveFiles, type FoundFile } from "./resolveFiles.js";
import { isTooLarge, sourceFormat } from "./stream/decide.js";
import { streamInProcess } from "./stream/readExamples.js";
import { Scratch } from "./stream/scratchFile.js";
import { streamDataset, type StreamOptions, type StreamPlan, type StreamSource } from "./stream/streamDataset.js";

export interface LoadOptions {
  /** Folder of the training file, to which its paths are relative; absolute. */
  readonly folder: string;
  readonly log: (level: "debug" | "info" | "warning", text: string) => void;
  /** What of reading takes time; `fraction` of it, where known. */
  readonly progress?: (text: string, fraction: number | null) => void;
  /** Folder for rows of streamed data that cannot be read in any order from their own files; the system's for temporary files where none is said. */
  readonly scratch?: string;
  /** Reads streamed examples; in the calling thread where none is said. */
  readonly openStream?: (plan: StreamPlan) => ExampleStream;
  /** Decodes images; in the calling thread where none is said. */
  readonly openDecoder?: () => ImageDecoder;
}

/**
 * Loads a data set.
 * @throws DescentError with the file, and with row and column where it applies; `location.path` is the key of the training file that names the data
 */
export async function loadDataset(config: DatasetConfig, options: LoadOptions): Promise<Dataset> {
  const started = performance.now();
  const { data } = config;
  if (data.text !== null) return logged(await loadText(config, options), "text", started, options);
  const images = await loadImageFolders(config, options);
  if (images !== null) return logged(await withSample(images), images.stream === undefined ? "images" : "images, streamed", started, options);
  const streamed = await loadStreamed(config, options);
  if (streamed !== null) return logged(await withSample(streamed), `${streamed.reading.format}, streamed`, started, options);
  const [train, validation, test] = [
    await loadSource(config, data.train, "train", options),
    data.validation === null ? null : await loadSource(config, data.validation, "validation", options),
    data.test === null ? null : await loadSource(config, data.test, "test", options),
  ];
  const dataset = buildDataset(config, { train: train.source, validation: validation?.source ?? null, test: test?.source ?? null }, train.format);
  return logged(dataset, train.format, started, options);
}

function logged(dataset: Dataset, format: string, started: number, options: LoadOptions): Dataset {
  const { splits } = dataset;
  options.log("info", `Data: ${format}, ${splits.train.length} training, ${splits.validation.length} validation and ${splits.test.length} test examples, ${(performance.now() - started).toFixed(0)} ms`);
  return dataset;
}

/** The images that `data` names; null where it names others. */
async function loadImageFolders(config: DatasetConfig, options: LoadOptions): Promise<Dataset | null> {
  const { data } = config;
  const sources: ImageSource[] = [];
  for (const part of ["train", "validation", "test"] as const) {
    const source = data[part];
    if (source === null) continue;
    try {
      const images = source.kind === "files" ? await findImages(source.files, options.folder, data.format) : null;
      if (images === null) return null;
      if (images.length === 0) throw new DescentError("files-none", `There are no JPEG or PNG images in ${(source as { files: readonly string[] }).files.join(", ")}.`);
      const labels = await loadLabels(config, [], part, options);
      sources.push({ part, images, labels: labels === null ? null : await readLabels(labels, data, part, part === "train" ? data.limit ?? Infinity : Infinity) });
    } catch (error) {
      throw toDescentError(error).at({ path: `data.${part}` });
    }
  }
  const decoder = options.openDecoder?.() ?? { decode: decodeTask, dispose: async () => {} };
  try {
    return await loadImages(config, sources, { ...streamOptions(options), decode: (task) => decoder.decode(task), log: options.log });
  } catch (error) {
    throw toDescentError(error).at({ path: "data.train" });
  } finally {
    await decoder.dispose();
  }
}

function streamOptions(options: LoadOptions): StreamOptions {
  return { scratch: new Scratch(options.scratch ?? tmpdir()), openStream: options.openStream ?? streamInProcess, progress: options.progress ?? (() => {}) };
}

/** The data set with its inputs on the disk, where the file says so or they would take too much memory; null where they are read into memory. */
async function loadStreamed(config: DatasetConfig, options: LoadOptions): Promise<Dataset | null> {
  const { data } = config;
  if (data.stream === false || data.train.kind !== "files") {
    if (data.stream === true) throw new DescentError("stream-needs-files", "Only files can be streamed.", { path: "data.stream" });
    return null;
  }
  const named = (["train", "validation", "test"] as const).flatMap((part) => { const source = data[part]; return source === null ? [] : [{ part, source }]; });
  const found: { readonly part: Part; readonly files: FoundFile[] }[] = [];
  for (const { part, source } of named) {
    if (source.kind !== "files") return null;
    found.push({ part, files: await resolveFiles(source.files, options.folder).catch((error: unknown) => { throw toDescentError(error).at({ path: `data.${part}` }); }) });
  }
  try {
    const format = await sourceFormat(found[0].files, data.format);
    if (format === null || format === "images" || (data.stream === "auto" && !(await isTooLarge(found.flatMap(({ files }) => files), format)))) return null;
    const sources: StreamSource[] = [];
    for (const { part, files } of found) {
      const labels = await loadLabels(config, files, part, options);
      sources.push({ part, files, labels: labels === null ? null : await readLabels(labels, data, part, part === "train" ? data.limit ?? Infinity : Infinity) });
    }
    return await streamDataset(config, sources, format, streamOptions(options));
  } catch (error) {
    throw toDescentError(error).at({ path: "data.train" });
  }
}

/** The text files that `data` names. @throws DescentError `text-needs-files` for values and generators, and what reading throws */
async function loadText(config: DatasetConfig, options: LoadOptions): Promise<Dataset> {
  const { train, validation, test } = config.data;
  const read = async (source: SourceConfig, part: Part): Promise<readonly NamedBytes[]> => {
    if (source.kind !== "files") throw new DescentError("text-needs-files", "Text comes from files: name one.", { path: `data.${part}` });
    try {
      const found = await resolveFiles(source.files, options.folder);
      return await Promise.all(found.map(({ file, name }) => readUserFile(file, name)));
    } catch (error) {
      throw toDescentError(error).at({ path: `data.${part}` });
    }
  };
  return buildTextDataset(config, {
    train: await read(train, "train"),
    validation: validation === null ? null : await read(validation, "validation"),
    test: test === null ? null : await read(test, "test"),
  });
}

type Part = "train" | "validation" | "test";

async function loadSource(config: DatasetConfig, source: SourceConfig, part: Part, options: LoadOptions): Promise<{ readonly source: RawSource; readonly format: string }> {
  const { data } = config;
  if (source.kind === "inline") return { source: readInline(source.inline, `data.${part}`), format: "inline" };
  if (source.kind === "generator") {
    return { source: { inputs: generateTable(source.generator, data.split.seed, part), labels: null }, format: "generated" };
  }
  try {
    const found = await resolveFiles(source.files, options.folder);
    const files = await Promise.all(found.map(({ file, name }) => readUserFile(file, name)));
    const labels = await loadLabels(config, found, part, options);
    const format = detectFormat(files[0], data.format);
    return { source: await readSource(files, labels, { ...data, limit: part === "train" ? data.limit : null }, part), format };
  } catch (error) {
    throw toDescentError(error).at({ path: `data.${part}` });
  }
}

/**
 * The labels beside a source: `data.labels` for the training data; for the others, and where nothing is said, the file that is called as
 * the MNIST files are: `t10k-labels-idx1-ubyte` beside `t10k-images-idx3-ubyte`.
 */
async function loadLabels({ data }: DatasetConfig, files: readonly FoundFile[], part: Part, options: LoadOptions): Promise<NamedBytes | null> {
  if (part === "train" && data.labels !== null) {
    try {
      const found = await resolveFiles([data.labels], options.folder);
      if (found.length !== 1) throw new DescentError("labels-several", `data.labels names ${found.length} files; one is needed.`, { path: "data.labels" });
      return await readUserFile(found[0].file, found[0].name);
    } catch (error) {
      throw toDescentError(error).at({ path: "data.labels" });
    }
  }
  if (files.length !== 1) return null;
  const sibling = path.basename(files[0].file).replace(/images([.-])idx\d/i, "labels$1idx1");
  if (sibling === path.basename(files[0].file)) return null;
  const file = path.join(path.dirname(files[0].file), sibling);
  options.log("info", `Labels of ${files[0].name}: looking for ${sibling} beside it`);
  return readUserFile(file, sibling).catch((error: unknown) => {
    if (toDescentError(error).code === "file-missing") return null; // then the data set says that labels are missing
    throw error;
  });
}
