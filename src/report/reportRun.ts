import fs from "node:fs";
import path from "node:path";
import type { ComparedRun } from "../comparison/comparison.js";
import { readComparedRuns } from "../comparison/readComparedRun.js";
import { findingsOf, runsOf } from "../logs/logRun.js";
import { readWholeLog } from "../logs/readWhole.js";
import type { Series } from "../common/series/series.js";
import { foldFindings, type Standing } from "../rules/causes/foldFindings.js";
import { readEvaluation, type LastEvaluation } from "../runs/evaluationFile.js";
import { readFindings } from "../runs/findingsFile.js";

/** A run with everything that a report shows of it. */
export interface ReportRun extends ComparedRun {
  /** By name, `train/loss`. */
  readonly curves: ReadonlyMap<string, Series>;
  readonly findings: readonly Standing[];
  readonly evaluation: LastEvaluation;
  /** Its training file as it was stored; null where it has none. */
  readonly file: { readonly name: string; readonly text: string } | null;
}

/** The runs of a folder, ours or others', for a report. Throws `run-missing`, `run-unreadable`. */
export async function readReportRuns(folder: string): Promise<ReportRun[]> {
  const compared = await readComparedRuns(folder);
  const logged = runsOf(readWholeLog(folder));
  return Promise.all(compared.map(async (run): Promise<ReportRun> => {
    const ours = run.manifest.origin === undefined;
    const log = logged.find((one) => path.join(folder, one.folder) === run.run);
    const curves = new Map([...(log?.tags ?? [])].flatMap(([name, tag]): [string, Series][] => (tag.hasPoints ? [[name, tag.series()]] : [])));
    const found = ours ? await readFindings(run.run) : log ? (findingsOf(log) ?? []) : [];
    const evaluation = ours ? await readEvaluation(run.run) : { confusion: [], projection: null };
    return Object.assign({}, run, { curves, findings: foldFindings(found), evaluation, file: ours ? await storedFile(run) : null });
  }));
}

async function storedFile({ run, manifest }: ComparedRun): Promise<ReportRun["file"]> {
  try {
    return { name: manifest.storedFile, text: await fs.promises.readFile(path.join(run, manifest.storedFile), "utf8") };
  } catch {
    return null;
  }
}
