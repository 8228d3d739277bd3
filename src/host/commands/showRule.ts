import fs from "node:fs";
import * as vscode from "vscode";
import { DescentError } from "../../common/errors.js";
import { rulePageUri } from "../editor/rulePages.js";
import type { Host } from "../host.js";

/** Shows the page of a rule, `media/rules/NAME.md`, beside what is open. */
export async function showRule(host: Host, page: unknown): Promise<void> {
  const uri = rulePageUri(host.extensionUri, page);
  if (!uri || !fs.existsSync(uri.fsPath)) throw new DescentError("no-such-page", `There is no page ${String(page)}.`);
  await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
}
