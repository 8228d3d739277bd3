/** A run within a folder of logs, as the panel, the lists and the diagnosis take one. */
import os from "node:os";
import path from "node:path";
import { toJsonNumber } from "../common/numbers.js";
import type { Point, SeriesFacts } from "../common/series/series.js";
import type { Finding } from "../protocol/finding.js";
import type { Manifest } from "../protocol/manifest.js";
import { curveFindings } from "../rules/curves/curveFindings.js";
import { logRuns } from "../rules/curves/logRuns.js";
import { mapTags, type Curve, type Curves } from "../rules/curves/mapTags.js";
import type { LogReader } from "./logReader.js";
import type { LogTag } from "./logTable.js";

/** One run of a log. */
export interface LogRunTags {
  /** Its folder within the log, with slashes; "" for the log's own. */
  readonly folder: string;
  /** By our names. */
  readonly tags: ReadonlyMap<string, LogTag>;
}

/** Seconds after the last value during which a log counts as being written: longer than an evaluation usually takes. */
const liveFor = 120;
/** Points of a curve that a diagnosis looks at; of longer ones an even choice. */
const judgedPoints = 20_000;

/** The runs of a log as far as it has been read, by folder. */
export function runsOf(reader: LogReader): LogRunTags[] {
  const { tags } = reader.table;
  const listed = tags.map((tag) => ({ id: tag.id, folder: tag.folder, tag: tag.tag, points: tag.hasPoints ? tag.facts.count : 0 }));
  return logRuns(listed).map(({ folder, tags: named }) => ({ folder, tags: new Map(named.map(({ id, name }) => [name, tags[id]])) }));
}

/** The curves that a diagnosis judges. */
function curvesOf({ tags }: LogRunTags): Curves | null {
  const curves = new Map<string, Curve>();
  for (const [name, tag] of tags) if (tag.hasPoints) curves.set(name, sample(tag));
  const mapped = mapTags(curves);
  return mapped.get("") ?? mapped.values().next().value ?? null;
}

function sample(tag: LogTag): Curve {
  const series = tag.series();
  const every = Math.max(1, Math.ceil(series.length / judgedPoints));
  const length = Math.ceil(series.length / every);
  const take = (column: { get(index: number): number }) => Float64Array.from({ length }, (_, i) => column.get(Math.min(series.length - 1, i * every)));
  return { steps: take(series.steps), values: take(series.values) };
}

/** What the curves of a run show by themselves; null where none of a loss or an accuracy is among them. */
export function findingsOf(run: LogRunTags): Finding[] | null {
  const curves = curvesOf(run);
  if (curves === null) return null;
  const { train, validation } = curves;
  if ([train.loss, train.accuracy, validation.loss, validation.accuracy].every((curve) => curve === undefined)) return null;
  return curveFindings(curves);
}

/** A manifest for a run that others logged: what can be told of it, and null for the rest. `now` in milliseconds. */
export function manifestOf(reader: LogReader, run: LogRunTags, now: number): Manifest {
  const facts = new Map([...run.tags].filter(([, tag]) => tag.hasPoints).map(([name, tag]) => [name, tag.facts]));
  const all = [...facts.values()];
  const files = reader.files.filter(({ folder }) => run.folder === "" || folder === run.folder || folder.startsWith(`${run.folder}/`));
  const changed = Math.max(0, ...files.map(({ modified }) => modified));
  const times = [...run.tags.values()].filter(({ source }) => source === "events").map((tag) => tag.hasPoints ? tag.facts : null);
  const began = Math.min(...times.map((one) => one?.first?.time ?? Infinity)) * 1000;
  const ended = Math.max(...times.map((one) => one?.last?.time ?? 0), 0) * 1000;
  const created = new Date(Number.isFinite(began) && began > 0 ? began : changed || now).toISOString();
  const folder = path.join(reader.folder, run.folder);
  return {
    version: 1, id: path.basename(folder), name: nameOf(reader.folder, run.folder), file: folder, storedFile: "", overrides: {},
    created, updated: new Date(changed || now).toISOString(),
    state: now - changed < liveFor * 1000 ? "running" : "finished",
    pid: null, host: os.hostname(), socket: null, device: "", threads: null, batchSize: null, seed: 0, task: null, classes: null, parameters: null, operations: null,
    stepsPerEpoch: stepsPerEpoch(facts), totalSteps: null, epochs: lastEpoch(facts),
    step: Math.max(0, ...all.map(({ last }) => last?.step ?? 0)), seconds: ended > began ? (ended - began) / 1000 : 0,
    metrics: Object.fromEntries([...facts].filter(([name]) => /^(train|validation|test)\/(loss|accuracy)$|^(validation|test)\/[^/]+$/.test(name)).map(([name, { last }]) => [name, toJsonNumber(last?.value ?? NaN)])),
    best: bestOf(facts), layers: [], error: null, checkpoint: null, origin: files.some(({ kind }) => kind === "events") ? "tensorboard" : files.some(({ kind }) => kind === "trainer_state") ? "trainer_state" : "csv",
  };
}

/** What a person calls it: the path within the log, or the log's own name; `version_0` alone would say nothing. */
function nameOf(log: string, folder: string): string {
  if (folder === "") return path.basename(log);
  return folder.split("/").length === 1 && /^(version_)?\d+$/.test(folder) ? `${path.basename(log)}/${folder}` : folder;
}

function bestOf(facts: ReadonlyMap<string, SeriesFacts>): Manifest["best"] {
  const best = (metric: string, point: Point | null | undefined) => (point ? { step: point.step, metric, value: toJsonNumber(point.value) } : null);
  return best("validation/accuracy", facts.get("validation/accuracy")?.max) ?? best("validation/loss", facts.get("validation/loss")?.min) ?? null;
}

/** Steps an epoch where the log says its epochs beside its steps (Lightning, Hugging Face); null where they do not fit together. */
function stepsPerEpoch(facts: ReadonlyMap<string, SeriesFacts>): number | null {
  const epoch = facts.get("epoch");
  if (!epoch?.last || !epoch.first || epoch.last.value <= epoch.first.value) return null;
  const steps = (epoch.last.step - epoch.first.step) / (epoch.last.value - epoch.first.value);
  return steps >= 1 && Math.abs(steps - Math.round(steps)) < 0.01 * steps ? Math.round(steps) : null;
}

function lastEpoch(facts: ReadonlyMap<string, SeriesFacts>): number {
  return Math.max(0, facts.get("epoch")?.last?.value ?? 0);
}
