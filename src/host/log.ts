import * as vscode from "vscode";
import { toDescentError } from "../common/errors.js";
import type { LogLevel } from "../runtime/client/forkRuntime.js";

/** The output channel "Descent". */
export type Log = vscode.LogOutputChannel;

export function createLog(): Log {
  return vscode.window.createOutputChannel("Descent", { log: true });
}

/** Writes a line of a run or a job, with where it comes from. */
export function logLine(log: Log, level: LogLevel, from: string, text: string): void {
  const line = `[${from}] ${text}`;
  if (level === "debug") log.debug(line);
  else if (level === "info") log.info(line);
  else if (level === "warning") log.warn(line);
  else log.error(line);
}

/** Writes a failure: code and sentence of an expected one; with its stack when it is a defect of ours. */
export function logError(log: Log, doing: string, thrown: unknown): void {
  const error = toDescentError(thrown);
  log.error(`${doing}: ${error.message} (${error.code})`);
  if (error.code === "internal-error" && error.cause instanceof Error) log.error(error.cause.stack ?? error.cause.message);
}
