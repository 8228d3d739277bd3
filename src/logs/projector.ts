/** What TensorBoard's projector would show: the tensors that a `projector_config.pbtxt` names, laid out in the plane. */
import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../common/errors.js";
import type { ProjectionWasm } from "../engine/projection/kernels.js";
import { principalComponents } from "../engine/projection/pca.js";
import type { Projection } from "../protocol/evaluation.js";

/** Points drawn at most, chosen evenly: what the panel's scatter is made for. */
const mostPoints = 20_000;
/** Above this many different labels they tell no classes apart. */
const mostClasses = 200;

interface Embedding {
  readonly name: string;
  readonly tensor: string;
  readonly metadata: string | null;
}

/** The embeddings of a configuration; those that cannot be read are told by `onTrouble`, and the others are laid out by their principal components. */
export function readProjector(config: string, wasm: () => ProjectionWasm, onTrouble: (error: DescentError) => void): Projection[] {
  return embeddings(fs.readFileSync(config, "utf8")).flatMap((embedding) => {
    try {
      return [project(path.dirname(config), embedding, wasm)];
    } catch (thrown) {
      onTrouble(thrown instanceof DescentError ? thrown : new DescentError("projector-unreadable", `${embedding.tensor} cannot be read: ${(thrown as Error).message}`, { file: config }));
      return [];
    }
  });
}

/** The `embeddings { ... }` of the text form of ProjectorConfig, as far as they name files. */
function embeddings(text: string): Embedding[] {
  return [...text.matchAll(/embeddings\s*\{((?:[^{}]|\{[^{}]*\})*)\}/g)].flatMap(([, body]) => {
    const field = (name: string) => new RegExp(`${name}\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(body)?.[1].replaceAll(/\\(.)/g, "$1") ?? null;
    const tensor = field("tensor_path");
    return tensor === null ? [] : [{ name: field("tensor_name") ?? path.basename(tensor), tensor, metadata: field("metadata_path") }];
  });
}

function project(folder: string, { name, tensor, metadata }: Embedding, wasm: () => ProjectionWasm): Projection {
  const file = path.resolve(folder, tensor);
  const rows = fs.readFileSync(file, "utf8").split(/\r?\n/).filter((line) => line.trim() !== "");
  const width = rows[0]?.split("\t").length ?? 0;
  if (width === 0) throw new DescentError("projector-unreadable", `${tensor} holds no rows.`, { file });
  const every = Math.max(1, Math.ceil(rows.length / mostPoints));
  const chosen = Array.from({ length: Math.ceil(rows.length / every) }, (_, i) => i * every);
  const data = new Float32Array(chosen.length * width);
  for (const [i, line] of rows.entries()) {
    const cells = line.split("\t");
    if (cells.length !== width) throw new DescentError("projector-unreadable", `${tensor}: row ${i + 1} has ${cells.length} values, the first has ${width}.`, { file });
    if (i % every !== 0) continue;
    for (let k = 0; k < width; k++) {
      const value = Number(cells[k]);
      if (!Number.isFinite(value)) throw new DescentError("projector-unreadable", `${tensor}: value ${k + 1} of row ${i + 1} is no finite number.`, { file });
      data[(i / every) * width + k] = value;
    }
  }
  const { scores, count } = principalComponents(wasm(), { data, rows: chosen.length, width }, 2);
  const { labels, classes } = metadata === null ? { labels: chosen.map(() => 0), classes: ["all"] } : labelsOf(path.resolve(folder, metadata), metadata, rows.length, chosen);
  return {
    step: Number(/:(\d+)$/.exec(name)?.[1] ?? 0), method: "pca", of: name.replace(/:\d+$/, ""), labels, predicted: labels, classes, examples: chosen,
    x: chosen.map((_, i) => scores[i * count]), y: chosen.map((_, i) => (count > 1 ? scores[i * count + 1] : 0)),
  };
}

/** The first column of the metadata, or the one that is named as a label; with several columns the first line names them. */
function labelsOf(file: string, name: string, rows: number, chosen: readonly number[]): { labels: number[]; classes: string[] } {
  const lines = fs.readFileSync(file, "utf8").replace(/\r?\n$/, "").split(/\r?\n/);
  const columns = lines[0].split("\t");
  const body = columns.length > 1 ? lines.slice(1) : lines;
  if (body.length !== rows) throw new DescentError("projector-unreadable", `${name} has ${body.length} rows, its tensor ${rows}: each point needs one.`, { file });
  const column = Math.max(0, columns.findIndex((title) => columns.length > 1 && /^(label|class|target)s?$/i.test(title.trim())));
  const texts = chosen.map((row) => body[row].split("\t")[column] ?? "");
  const classes = [...new Set(texts)].sort();
  if (classes.length > mostClasses) return { labels: texts.map(() => 0), classes: ["all"] };
  const places = new Map(classes.map((text, i) => [text, i]));
  return { labels: texts.map((text) => places.get(text) ?? 0), classes };
}
