import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import { asksForGroup, startGroup } from "../groups/startGroup.js";
import type { Host } from "../host.js";
import { hasEnded } from "../runs/actions.js";
import type { Run } from "../runs/run.js";
import { startRun } from "../runs/startRun.js";
import { askWhere } from "./askWhere.js";
import { pickRun } from "./pickRun.js";
import { pickTrainingFile } from "./pickTrainingFile.js";

/** Train: starts a run of a training file, as its editor shows it; where it asks for several (repeat, ensemble), all of them. */
export async function train(host: Host, argument: unknown): Promise<Run | undefined> {
  const file = await pickTrainingFile(host, argument, "Which file is to be trained?");
  if (!file) return undefined;
  const document = await vscode.workspace.openTextDocument(file);
  const text = document.getText();
  const parsed = parseTrainingFile(text, { file: file.fsPath });
  if (!asksForGroup(parsed)) return startRun(host, { file, text, resume: null });
  const where = await askWhere(parsed);
  if (where !== undefined) startGroup(host, file, parsed, where);
  return undefined;
}

/** Values to go on with, beside the run. */
interface Continuation {
  readonly overrides: Readonly<Record<string, string | number>>;
}

function isContinuation(argument: unknown): argument is Continuation {
  return typeof argument === "object" && argument !== null && "overrides" in argument;
}

/** Continue: a run that has ended goes on from its last checkpoint, with the training file as it was stored with it, or with some values changed (`Continuation`). */
export async function continueRun(host: Host, argument: unknown): Promise<Run | undefined> {
  const run = await pickRun(host, argument, { filter: hasEnded, question: "Which run is to go on?", none: "No run has ended: there is nothing to continue." });
  if (!run) return undefined;
  const text = await fs.promises.readFile(path.join(run.folder, run.manifest.storedFile), "utf8");
  const overrides = isContinuation(argument) ? argument.overrides : {};
  return startRun(host, { file: vscode.Uri.file(run.manifest.file), text, resume: run.folder, overrides });
}
