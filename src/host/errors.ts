import * as vscode from "vscode";
import { DescentError, toDescentError } from "../common/errors.js";
import { commands } from "../contributions.js";
import { toRange } from "./editor/positions.js";
import { logError, type Log } from "./log.js";

/** Shows a failure: what is wrong and what can be done. An expected one with a place offers to go there; what the user cancelled is silent. */
export async function showError(log: Log, doing: string, thrown: unknown): Promise<void> {
  const error = toDescentError(thrown);
  if (error.code === "cancelled") return;
  logError(log, doing, error);
  const { file, range } = error.location;
  const place = file !== undefined && range !== undefined ? "Show Place" : null;
  const devices = error.code === "device-unavailable" ? commands.showDevices : null;
  const answer = await vscode.window.showErrorMessage(sentence(doing, error), ...(devices ? [devices.title] : []), ...(place ? [place] : []), "Show Log");
  if (answer === "Show Log") log.show();
  else if (devices && answer === devices.title) await vscode.commands.executeCommand(devices.id);
  else if (answer !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(file as string), { selection: toRange(range as NonNullable<typeof range>) });
}

/** Expected failures speak for themselves; a defect of ours says what was being done. */
function sentence(doing: string, error: DescentError): string {
  return error.code === "internal-error" ? `${doing} failed: ${error.message}` : error.message;
}
