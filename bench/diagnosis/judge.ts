/** What the rules say of a file and its run, and how good that run was. */
import fs from "node:fs";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";
import type { Dataset } from "../../src/engine/data/types.js";
import { loadDataset } from "../../src/files/loadDataset.js";
import type { Finding } from "../../src/protocol/finding.js";
import { causesOf, type Cause } from "../../src/rules/causes/causesOf.js";
import { foldFindings } from "../../src/rules/causes/foldFindings.js";
import { LiveRules } from "../../src/rules/liveRules.js";
import { runDataRules, runLint } from "../../src/rules/runRules.js";
import type { Program } from "./programs.js";
import { storedAt, traceOf, type Trace } from "./trace.js";

export interface Judgement {
  readonly refused: string | null;
  readonly findings: readonly Finding[];
  readonly causes: readonly Cause[];
  /** 0: no better than the best constant answer; 1: perfect. NaN where the run has no figure for it. */
  readonly quality: number;
  readonly seconds: number;
}

/** The file of a program, a key a line so that a place is a line of its own. */
export function textOf(program: Program): string {
  return `${JSON.stringify(program, null, 2)}\n`;
}

/** The same file with another seed. */
export function withSeed(text: string, seed: number): string {
  return text.replace(/("?seed"?: )0\n/, `$1${seed}\n`);
}

/** How good a file's run was (`Judgement.quality`), rules unasked; null where the file is refused. Kept as well: drawing asks for it often. */
export async function measuredQuality(text: string, store: string): Promise<number | null> {
  const file = storedAt(text, store, "quality");
  if (fs.existsSync(file)) return Number(fs.readFileSync(file, "utf8"));
  const parsed = parseTrainingFile(text, { file: "program.train.yaml" });
  if (parsed.config === null) return null;
  let dataset: Promise<Dataset> | null = null;
  const load = (): Promise<Dataset> => (dataset ??= loadDataset(parsed.config!, { folder: ".", log: () => undefined }));
  const trace = await traceOf(text, parsed, load, store);
  if (trace.kind === "refused") return null;
  const quality = qualityOf(trace, await load());
  fs.writeFileSync(file, String(quality));
  return quality;
}

/** Trains a file (or takes the run that is kept) and lets every rule look at file, data and run, as `train` and `diagnose` do. `folder`: where its relative paths start. */
export async function judge(text: string, store: string, folder = "."): Promise<Judgement> {
  const parsed = parseTrainingFile(text, { file: "program.train.yaml" });
  if (parsed.config === null) return { refused: parsed.problems.map(({ message }) => message).join(" "), findings: [], causes: [], quality: Number.NaN, seconds: 0 };
  let dataset: Promise<Dataset> | null = null;
  const load = (): Promise<Dataset> => (dataset ??= loadDataset(parsed.config!, { folder, log: () => undefined }));
  const trace = await traceOf(text, parsed, load, store);
  if (trace.kind === "refused") return { refused: trace.message, findings: [], causes: [], quality: Number.NaN, seconds: 0 };
  const data = await load();
  const findings: Finding[] = [...runLint(parsed), ...runDataRules(parsed, data)];
  const live = new LiveRules(parsed, data, trace.plan);
  // pretraining has losses of its own
  for (const event of trace.events.filter(({ phase }) => !phase)) findings.push(...(event.kind === "steps" ? live.pushChunk(event) : live.pushEvaluation(event)));
  findings.push(...live.end());
  return { refused: null, findings, causes: causesOf(foldFindings(findings), { finished: !trace.failed }), quality: qualityOf(trace, data), seconds: trace.seconds };
}

/** Of the last evaluation: accuracy above that of always naming one class in K, r2 of numbers, share of the entropy that is explained of text. */
function qualityOf(trace: Extract<Trace, { kind: "ran" }>, { task, classes }: Dataset): number {
  if (trace.failed) return 0;
  const last = trace.events.findLast((event) => event.kind === "evaluation" && event.split !== "test");
  if (last?.kind !== "evaluation") return Number.NaN;
  const { accuracy, r2, loss, f1 } = last.metrics;
  if (task === "language_model") return 1 - loss / Math.log(classes?.length ?? 2);
  if (accuracy !== undefined && (task === "classification" || task === "multi_label")) return Math.max(0, task === "multi_label" ? f1 ?? 2 * accuracy - 1 : (accuracy - 1 / classes!.length) / (1 - 1 / classes!.length));
  return r2 === undefined ? Number.NaN : Math.max(0, r2);
}
